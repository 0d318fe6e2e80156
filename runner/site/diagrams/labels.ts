import { visibleText } from '../../../shared/visible-text.ts'
import { NotDrawable } from './reading.ts'

/** Characters of the longest label. */
const LONGEST_LABEL = 300

/**
 * The text of a label as readers shall see it, in lines: without its quotes, with its character references decoded and its formatting
 * dropped. What only looks like HTML stays.
 *
 * @throws NotDrawable for a label that is too long
 */
export function readLabel(written: string): string {
  if (written.length > LONGEST_LABEL) throw new NotDrawable('a label is too long')
  const label = written.trim()
  const inner = /^"[^"]*"$/.test(label) ? label.slice(1, -1).trim() : label
  const plain = /^`[^`]*`$/.test(inner) ? inner.slice(1, -1).replaceAll('**', '') : inner
  const lines = plain
    .replaceAll(/<br ?\/?>|\\n/gi, '\n')
    .replaceAll(/<\/?(?:b|strong|i|em|u|s|del|small|code|sub|sup|span)>/gi, '')
    .replaceAll(REFERENCE, (reference, name: string) => decoded(name) ?? reference)
    .split('\n')
  return visibleText(lines.map((line) => line.replaceAll(/\s+/g, ' ').trim()).join('\n'))
    .replaceAll(/[\ue000-\uf8ff]/g, '�')
    .trim()
}

/** As HTML writes them, and as mermaid does: `&quot;`, `#quot;`, `&#35;`, `#35;`. */
const REFERENCE = /[&#]#?(\w{1,8});/g

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' }

function decoded(name: string): string | undefined {
  const code = /^x[\da-f]{1,6}$/i.test(name) ? Number(`0${name}`) : /^\d{1,7}$/.test(name) ? Number(name) : undefined
  if (code === undefined) return NAMED[name.toLowerCase()]
  return code >= 0x20 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : '�'
}

/** Breaks the lines of a label between words, so that none is much longer than this many characters. */
export function wrap(label: string, length: number): string {
  const wrapLine = (line: string) => {
    const lines: string[] = []
    for (const word of line.split(' ')) {
      const last = lines.at(-1)
      if (last !== undefined && last.length + word.length < length) lines[lines.length - 1] = `${last} ${word}`
      else lines.push(word)
    }
    return lines.join('\n')
  }
  return label.split('\n').map(wrapLine).join('\n')
}

/**
 * A label in which private characters stand for those that the library takes for syntax, so that it draws the text as it is.
 * {@link unshield} undoes that in the drawing.
 */
export const shield = (label: string): string =>
  label === '' ? NOTHING : label.replaceAll(SYNTAX, (sign) => shielded(sign)).replaceAll('\n', '<br>')

/** The text of a drawing with what stood in its labels. */
export const unshield = (text: string): string =>
  text.replaceAll(/[\ue000-\ue0ff]/g, (sign) =>
    sign === NOTHING ? '' : String.fromCharCode(sign.charCodeAt(0) - BASE),
  )

const SYNTAX = /["'<>&|[\](){};*~\\]/g
const BASE = 0xe000
/** A space inside a word, as the library sees it. */
export const SPACE = '\ue020'
const NOTHING = '\ue000'
const shielded = (sign: string): string => String.fromCharCode(BASE + sign.charCodeAt(0))
