import { type Draft, oneLine } from './site.ts'

/** What a plan's reader takes, less some room for a number. */
const longest = 190

/**
 * The same drafts, no two with the same title, since a prompt names a page by its title alone. Of pages that share one, those
 * that show a document add its path; a number tells apart what is still the same.
 */
export function withUniqueTitles(drafts: Draft[]): Draft[] {
  const counts = Map.groupBy(drafts, ({ title }) => plain(title))
  const taken = new Set<string>()
  return drafts.map((draft) => {
    const title = plain(draft.title)
    const isShared = (counts.get(title)?.length ?? 0) > 1
    const base = isShared && draft.document ? plain(`${title} (${draft.document})`) : title
    let unique = base
    for (let number = 2; taken.has(unique); number++) unique = `${base} (${number})`
    taken.add(unique)
    return { ...draft, title: unique }
  })
}

/** As it comes back in a prompt: one line, with no white space at its ends and no half of a character. */
const plain = (title: string): string => oneLine(oneLine(title).slice(0, longest)).toWellFormed()
