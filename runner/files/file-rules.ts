/** A kind of file or folder, by its name, wherever it is in a repository. */
export interface FileRule {
  /**
   * The last parts of its path, in lower case: `.mcp.json`, `.aws/credentials`. A part may have one `*`. A slash at the end means a
   * folder and everything in it.
   */
  pattern: string
  reason: string
}

/**
 * The first rule for a path, or for a folder that it is in. Names that some file system takes for the same one count as the same:
 * other cases, other Unicode forms, invisible characters.
 */
export function findRule<Rule extends FileRule>(rules: readonly Rule[], path: string): Rule | undefined {
  const parts = path.split('/').map(foldName)
  return rules.find((rule) => matches(rule.pattern, parts))
}

/** A name as the least exact file system sees it. */
export const foldName = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()

function matches(pattern: string, parts: readonly string[]): boolean {
  const isFolder = pattern.endsWith('/')
  const wanted = (isFolder ? pattern.slice(0, -1) : pattern).split('/')
  if (!isFolder) return endsWith(parts, wanted)
  return parts.some((_, index) => endsWith(parts.slice(0, index + 1), wanted))
}

const endsWith = (parts: readonly string[], wanted: readonly string[]): boolean => {
  const last = parts.slice(-wanted.length)
  return last.length === wanted.length && wanted.every((part, index) => fits(part, last[index] ?? ''))
}

function fits(wanted: string, part: string): boolean {
  const star = wanted.indexOf('*')
  if (star < 0) return part === wanted
  const [head, tail] = [wanted.slice(0, star), wanted.slice(star + 1)]
  return part.length >= head.length + tail.length && part.startsWith(head) && part.endsWith(tail)
}
