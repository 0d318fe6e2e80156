/** How an HTML tag in a page's markdown is rendered. */
export interface HarmlessTag {
  /** The element to render it as; undefined if only its content counts. */
  becomes: string | undefined
  attributes: readonly string[]
  /** Has no content and no end tag. */
  isVoid: boolean
  isBlock: boolean
  /** Its end tag is optional in HTML. */
  endsByItself: boolean
}

/** Looks up a tag by its name as written; undefined if the tag is to be shown as text. */
export function harmlessTag(name: string): HarmlessTag | undefined {
  // A mixed-case name is a type or a component: `Array<Object>`, `<Details>`.
  const isPlain = name === name.toLowerCase() || name === name.toUpperCase()
  return isPlain ? TAGS.get(name.toLowerCase()) : undefined
}

const words = (list: string) => list.split(' ')

const VOID = new Set(words('br hr img wbr source col'))
const BLOCKS = words(
  'p div blockquote details summary dl dt dd ul ol li h1 h2 h3 h4 h5 h6 hr pre table caption thead tbody tfoot tr th td',
)
const INLINE = words(
  'a abbr b bdi br cite code del dfn em i ins kbd mark q s samp small span strong sub sup u var img wbr source col',
)
const ENDS_BY_ITSELF = new Set(words('p li dt dd caption thead tbody tfoot tr th td'))
const BECOMES: Record<string, string | undefined> = {
  ...Object.fromEntries(
    words('article aside center figcaption figure footer header main nav section').map((name) => [name, 'div']),
  ),
  ...{ strike: 's', tt: 'code', abbr: 'span', bdi: 'span', dfn: 'em' },
  ...Object.fromEntries(words('img wbr source col colgroup picture font').map((name) => [name, undefined])),
}
const ATTRIBUTES: Record<string, readonly string[]> = {
  a: ['href', 'title'],
  abbr: ['title'],
  details: ['open'],
  ol: ['start'],
  ...Object.fromEntries(words('div p h1 h2 h3 h4 h5 h6').map((name) => [name, ['align']])),
  ...Object.fromEntries(words('td th').map((name) => [name, ['align', 'colspan', 'rowspan']])),
}

const TAGS = new Map(
  [...BLOCKS, ...INLINE, ...Object.keys(BECOMES)].map((name): [string, HarmlessTag] => {
    const becomes = name in BECOMES ? BECOMES[name] : name
    const isBlock = BLOCKS.includes(becomes ?? '')
    const attributes = ATTRIBUTES[name] ?? []
    return [name, { becomes, attributes, isVoid: VOID.has(name), isBlock, endsByItself: ENDS_BY_ITSELF.has(name) }]
  }),
)
