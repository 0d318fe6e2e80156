/** Prints text for people. On a terminal its lines are broken between words; elsewhere they stay as they are. */
export const say = (text: string): void => console.log(fitted(text, process.stdout))

/** The same on standard error. */
export const complain = (text: string): void => console.error(fitted(text, process.stderr))

const fitted = (text: string, { isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): string =>
  isTTY && columns ? wrap(text, columns) : text

/**
 * Breaks lines between words so that none is wider than `columns`, and indents what goes on as the line began, also that of a list. A
 * word that is wider than that, such as a path, has a line of its own.
 */
export const wrap = (text: string, columns: number): string =>
  text
    .split('\n')
    .map((line) => {
      const start = /^ *(?:- )?/.exec(line)?.[0] ?? ''
      const [first = '', ...others] = linesOf(line.slice(start.length).split(' '), columns - start.length)
      return [start + first, ...others.map((part) => ' '.repeat(start.length) + part)].join('\n')
    })
    .join('\n')

function linesOf(words: readonly string[], columns: number): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(`${last} ${word}`) <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/**
 * A command to copy, indented. It is broken as a shell continues a line, so that it can be pasted whatever the terminal's width.
 *
 * @param columns - of the terminal; undefined for one line
 */
export function command(
  words: readonly string[],
  columns = process.stdout.isTTY ? process.stdout.columns : undefined,
): string {
  const quoted = words.map(shellWord)
  const lines = columns ? linesOf(quoted, columns - INDENT.length - CONTINUED.length) : [quoted.join(' ')]
  return INDENT + lines.join(`${CONTINUED}\n${INDENT}${INDENT}`)
}

const INDENT = '  '
const CONTINUED = ' \\'

/** Quotes an argument for a shell if it needs that. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./~-]+$/.test(word) && !word.startsWith('~') ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** How many columns of a terminal a text takes. */
export const widthOf = (text: string): number =>
  [...text].reduce((width, character) => width + (NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1), 0)

const NO_WIDTH = /[\p{Mn}\p{Me}\u200b-\u200f]/u
/** East Asian wide and full-width characters, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u
