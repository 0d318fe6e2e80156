/** An element of a parsed page. */
export interface Node {
  tag: string
  attributes: Record<string, string>
  children: (Node | string)[]
}

/**
 * Reads HTML as strictly as it can be written: lower-case names, every attribute value in double quotes, numeric
 * character references only, every element closed in order. Throws on anything else, so what it accepts has one meaning
 * for every browser.
 */
export function readHtml(html: string): Node {
  const root: Node = { tag: '#root', attributes: {}, children: [] }
  const open = [root]
  const top = () => open[open.length - 1] ?? root
  let rest = html.replace(/^<!doctype html>/, '')
  while (rest !== '') {
    const [token, closing, opening, attributes, text] = TOKEN.exec(rest) ?? []
    if (token === undefined) throw new Error(`not strict HTML: ${rest.slice(0, 80)}`)
    rest = rest.slice(token.length)
    if (text !== undefined) top().children.push(decode(text))
    else if (closing !== undefined) close(open, closing)
    else if (opening !== undefined) {
      const node = { tag: opening, attributes: readAttributes(attributes ?? ''), children: [] }
      top().children.push(node)
      if (!VOID.has(opening)) open.push(node)
    }
  }
  if (open.length > 1) throw new Error(`<${top().tag}> is never closed`)
  return root
}

/** Every element below a node, in document order. */
export const elementsOf = (node: Node): Node[] =>
  node.children.flatMap((child) => (typeof child === 'string' ? [] : [child, ...elementsOf(child)]))

/** The elements with a tag name. */
export const all = (node: Node, tag: string): Node[] => elementsOf(node).filter((element) => element.tag === tag)

/** The text of a node, as a browser's `textContent`. */
export const textOf = (node: Node): string =>
  node.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('')

const TOKEN = /^(?:<\/([a-z][a-z0-9]*)>|<([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"]*")?)*)>|([^<]+))/
const VOID = new Set(['meta', 'link', 'br', 'hr', 'img'])

function close(open: Node[], tag: string): void {
  const node = open.pop()
  if (node?.tag !== tag) throw new Error(`</${tag}> closes <${node?.tag}>`)
}

function readAttributes(source: string): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [, name = '', value = ''] of source.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g)) {
    if (name in attributes) throw new Error(`${name} is there twice`)
    attributes[name] = decode(value)
  }
  return attributes
}

const decode = (text: string): string =>
  text.replace(/&(?:#x([0-9A-F]+);)?/g, (_, hex?: string) => {
    if (hex === undefined) throw new Error(`a bare & in ${text.slice(0, 80)}`)
    return String.fromCodePoint(Number.parseInt(hex, 16))
  })
