/** What a picture consists of, read as XML in its strictest form. Throws on anything else. */
export interface Picture {
  tags: Set<string>
  attributes: { name: string; value: string }[]
  /** The text of each `<text>` without the spaces, in order. */
  texts: string[]
}

export function readSvg(svg: string): Picture {
  const picture: Picture = { tags: new Set(), attributes: [], texts: [] }
  const open: string[] = []
  let rest = svg.trimEnd()
  while (rest !== '') {
    const [token, closing, opening, attributes = '', ends, text] = TOKEN.exec(rest) ?? []
    if (token === undefined) throw new Error(`not strict XML: ${rest.slice(0, 80)}`)
    rest = rest.slice(token.length)
    if (closing !== undefined && open.pop() !== closing) throw new Error(`</${closing}> closes another element`)
    if (opening !== undefined) {
      picture.tags.add(opening)
      for (const [, name = '', value = ''] of attributes.matchAll(/ ([\w-]+)="([^"]*)"/g))
        picture.attributes.push({ name, value })
      if (ends === '') open.push(opening)
      if (opening === 'text') picture.texts.push('')
    }
    if (text !== undefined && open.includes('text'))
      picture.texts.push((picture.texts.pop() ?? '') + decode(text).replaceAll(/\s+/g, ''))
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is never closed`)
  return picture
}

const TOKEN = /^(?:<\/(\w+)>|<(\w+)((?: [a-zA-Z][\w-]*="[^"<]*")*)(\/?)>|([^<]+))/

const decode = (text: string): string =>
  text.replaceAll(/&#x([0-9A-F]+);/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
