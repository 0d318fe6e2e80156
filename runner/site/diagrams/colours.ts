import { readFileSync } from 'node:fs'

/** The colours of one theme, by the names that the drawing library gives them. */
export type Colours = ReadonlyMap<string, string>

/** The names of the library's colours, each with the token of the site's theme that is used for it. */
const TOKENS = {
  '--bg': 'ground',
  '--_text': 'strong',
  '--_text-sec': 'text',
  '--_text-muted': 'muted',
  '--_text-faint': 'muted',
  '--_line': 'muted',
  '--_arrow': 'muted',
  '--_node-fill': 'accent-ground',
  '--_node-stroke': 'accent',
  '--_group-fill': 'raised',
  '--_group-hdr': 'hover',
  '--_inner-stroke': 'line-strong',
  '--_key-badge': 'line',
}

const tokens = new Map(
  Array.from(
    readFileSync(new URL('../css/tokens.css', import.meta.url), 'utf8').matchAll(
      /--([\w-]{1,40}): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\);/g,
    ),
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
)

/** The colours of the site in its light and its dark theme. A picture can't use the page's own. */
export const coloursOf = (theme: 'light' | 'dark'): Colours =>
  new Map(
    Object.entries(TOKENS).map(([name, token]) => {
      const colour = tokens.get(token)
      if (!colour) throw new Error(`The site's theme has no colour --${token}, which diagrams are drawn with.`)
      return [name, colour[theme]]
    }),
  )
