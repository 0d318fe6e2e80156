import type { Element } from 'hast'

/** A text with the words in braces replaced. */
export const fill = (text: string, words: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(BRACES, (braces, name: string) => String(words[name] ?? braces))

/** The same with elements, as children of an element. */
export const fillWith = (text: string, children: Readonly<Record<string, Element | string>>): (Element | string)[] =>
  text.split(BRACES).map((part, index) => (index % 2 === 0 ? part : (children[part] ?? `{${part}}`)))

/** The form of a text for a number, with `{count}` replaced by it. */
export const counted = ([one, other]: readonly [string, string], count: number): string =>
  fill(count === 1 ? one : other, { count })

const BRACES = /\{([a-z]+)\}/gi
