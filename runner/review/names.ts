/** What may stand in front of a name in code. */
const KEYWORDS = new Set([
  ...['async', 'await', 'class', 'const', 'def', 'enum', 'export', 'fn', 'func', 'function', 'interface', 'let', 'new'],
  ...['pub', 'public', 'static', 'struct', 'trait', 'type', 'var'],
])

/** A name, whatever it is a member of and whatever it is called with: `add`, `Sum.add`, `sum::add`, `add(a, b)`, `List<T>`. */
const QUALIFIED = /^[@#.]?((?:[\p{L}_$][\p{L}\p{N}_$]*(?:\.|::|->|#|\.#))*)([\p{L}_$][\p{L}\p{N}_$]*)([(<[!].*)?$/su
const OPTION = /^--?[A-Za-z][\w-]*/
/** The name of a package or of a style. */
const DASHED = /^@?[\w.]+(?:[-/][\w.]+)+$/
/** Words of prose never look like this. */
const CODE_SHAPE = /^[a-z]{2,}[A-Z][a-z]|_|\(\)$/

/**
 * The name that a link's text is, as it must stand in the lines that the link leads to; undefined if the text is words or code.
 *
 * @param isCode - the text is set in code, so that an ordinary word is a name too
 */
export function nameIn(text: string, isCode: boolean): string | undefined {
  const words = text.trim().slice(0, LONGEST_NAME).split(/\s+/)
  while (words.length > 1 && KEYWORDS.has(words[0] ?? '')) words.shift()
  const name = words.join(' ')
  if (!isCode && !(words.length === 1 && CODE_SHAPE.test(name))) return undefined
  const [option] = OPTION.exec(name) ?? []
  if (option !== undefined) return option
  if (DASHED.test(name)) return name
  const [, , last, after = ''] = QUALIFIED.exec(name) ?? []
  // `if (a) {` is code, and no name.
  return last === undefined || /[;{]/.test(after) || (words.length > 1 && !after.startsWith('(')) ? undefined : last
}

const LONGEST_NAME = 200

/** Whether a name stands in a line, not as a part of a longer one. */
export const holdsName = (line: string, name: string): boolean => indexOfName(line, name) >= 0

/** Where a name stands in a line, not as a part of a longer one; -1 if it doesn't. */
export function indexOfName(line: string, name: string): number {
  const isPart = name.startsWith('-') ? /[\p{L}\p{N}_$-]/u : /[\p{L}\p{N}_$]/u
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
    if (!isPart.test(line[at - 1] ?? ' ') && !isPart.test(line[at + name.length] ?? ' ')) return at
  }
  return -1
}
