/**
 * Text from outside (a repository, a server, a model), safe to print anywhere. Control characters are shown as pictures (`␛`, `␀`),
 * or as `�` where Unicode has none; the same goes for characters that reorder the text around them (bidirectional overrides,
 * embeddings and isolates), and for line separators that only some programs break at. Colours are dropped. Line feeds and tabs stay,
 * and every carriage return becomes a line feed, so nothing overwrites the line before it. Takes linear time.
 */
export const visibleText = (text: string): string =>
  text.replaceAll(COLOUR, '').replaceAll(/\r\n?/g, '\n').replaceAll(UNSAFE, picture)

/** The same as one line: line feeds and tabs become spaces. */
export const visibleLine = (text: string): string => visibleText(text).replaceAll(/[\n\t]+/g, ' ')

/** The same for an entry in a list of lines, such as a log: its further lines are indented, so none passes for an entry of its own. */
export const visibleEntry = (text: string): string => visibleText(text).replaceAll('\n', '\n    ')

const ESCAPE = '\u001b'
const COLOUR = new RegExp(`${ESCAPE}\\[[\\d;]{0,32}m`, 'g')

/** Directional marks (LRM, RLM) stay: they order only themselves, and right-to-left text needs them. */
const UNSAFE = /[^\P{Cc}\t\n]|[\u2028-\u202e\u2066-\u2069]/gu

function picture(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(PICTURES + code)
  return code === 0x7f ? '␡' : '�'
}

/** U+2400 is the picture of the character 0, and so on. */
const PICTURES = 0x2400
