import { oneLine } from '../project.ts'
import type { Draft } from './draft.ts'

/** The longest title that a plan's reader accepts, minus room for a number. */
const longest = 190

/**
 * Makes the drafts' titles unique, because a prompt names a page by its title alone. Among pages that share one, those that show a
 * document add its path; any that are still the same get a number.
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

/** The title as it comes back in a prompt: one trimmed line without half characters. */
const plain = (title: string): string => oneLine(oneLine(title).slice(0, longest)).toWellFormed()
