import type { CitableFiles } from '../review/clone-files.ts'

const DOCUMENT = /\.(?:md|mdx|markdown|rst|adoc)$/i
/** What says nothing about how the project is used. */
const UNREAD = /(?:^|\/)(?:change(?:log|s)|history|news|licen[cs]e|code_of_conduct|security|\.github\/.*)(?:\.\w+)?$/i

const MOST_READ = 60
const MOST_HEADINGS = 10

/** The documents nearest to the root first, with the headings that they have. */
export async function describeDocuments(paths: readonly string[], files: CitableFiles): Promise<string[]> {
  const documents = paths
    .filter((path) => DOCUMENT.test(path) && !UNREAD.test(path))
    .toSorted((a, b) => Number(isReadme(b)) - Number(isReadme(a)) || a.split('/').length - b.split('/').length)
  const read = documents.slice(0, MOST_READ).map(async (path) => {
    const headings = headingsIn((await files.readLines(path)) ?? [])
    const shown = headings.slice(0, MOST_HEADINGS).join(' · ')
    return shown ? `${path}: ${shown}${headings.length > MOST_HEADINGS ? ' …' : ''}` : path
  })
  return [...(await Promise.all(read)), ...documents.slice(MOST_READ)]
}

const isReadme = (path: string): boolean => /^readme\.\w+$/i.test(path)

/** Headings of the first two levels: `## Title`, `== Title`, and titles with a line below. */
function headingsIn(lines: readonly string[]): string[] {
  let isCode = false
  return lines.flatMap((line, index) => {
    if (/^(?:```|~~~)/.test(line)) isCode = !isCode
    if (isCode) return []
    const [, marked] = /^(?:#{1,2}|={1,2})[ \t]+(\S.{0,100})/.exec(line) ?? []
    const isUnderlined =
      line.length < 100 && /^[\p{L}\p{N}]/u.test(line) && /^(?:={3,}|-{3,})\s*$/.test(lines[index + 1] ?? '')
    const title = marked ?? (isUnderlined ? line : undefined)
    return title === undefined ? [] : [title.replaceAll(/<[^<>]{1,200}>|[`*]|\s#+$/g, '').trim()]
  })
}
