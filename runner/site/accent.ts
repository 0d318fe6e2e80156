/** The least contrast between text and its ground: level AA of WCAG 2. */
const ENOUGH = 4.5

/** How much of the accent colour is in the ground of what is current, by theme. */
const TINT = { light: 0.08, dark: 0.16 }

type Theme = keyof typeof TINT
type Colour = readonly [red: number, green: number, blue: number]

/** The tokens of one theme that an accent colour decides. */
export interface AccentColours {
  accent: Colour
  ground: Colour
  onAccent: Colour
}

/**
 * The style sheet that gives a site its accent colour in both themes. A colour that would be hard to read is made darker or lighter
 * until it isn't, on each ground of the theme where text has it.
 *
 * @param colour - `#rgb` or `#rrggbb`
 * @param tokens - the style sheet of the site's theme, which names the grounds
 */
export function accentStyle(colour: string, tokens: string): string {
  const [light, dark] = (['light', 'dark'] as const).map((theme) =>
    accentColours(colour, groundsOf(tokens, theme), theme),
  )
  const both = (name: keyof AccentColours) => `light-dark(${hexOf(light?.[name])}, ${hexOf(dark?.[name])})`
  return `:root {
  --accent: ${both('accent')};
  --accent-ground: ${both('ground')};
  --on-accent: ${both('onAccent')};
}
`
}

/** The same for one theme, as numbers. `grounds` begins with that of the page. */
export function accentColours(colour: string, grounds: readonly Colour[], theme: Theme): AccentColours {
  const wanted = colourOf(colour)
  const towards = theme === 'light' ? BLACK : WHITE
  for (let step = 0; ; step++) {
    const accent = mixed(wanted, towards, step / STEPS)
    const ground = mixed(grounds[0] ?? (theme === 'light' ? WHITE : BLACK), accent, TINT[theme])
    const onAccent = contrast(WHITE, accent) >= ENOUGH ? WHITE : BLACK
    const isReadable = [...grounds, ground].every((other) => contrast(accent, other) >= ENOUGH)
    if (isReadable || step === STEPS) return { accent, ground, onAccent }
  }
}

/** What text in the accent colour stands on. */
export const groundsOf = (tokens: string, theme: Theme): Colour[] =>
  Array.from(
    tokens.matchAll(/--(?:ground|raised|hover): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\);/g),
    ([, light = '', dark = '']) => colourOf(theme === 'light' ? light : dark),
  )

/** WCAG 2's ratio of the luminances, from 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

const STEPS = 64
const BLACK: Colour = [0, 0, 0]
const WHITE: Colour = [255, 255, 255]

function colourOf(text: string): Colour {
  const digits = text.replace('#', '')
  const pairs = digits.length === 3 ? [...digits].map((digit) => digit + digit) : (digits.match(/../g) ?? [])
  const [red = 0, green = 0, blue = 0] = pairs.map((pair) => Number.parseInt(pair, 16))
  return [red, green, blue]
}

const hexOf = (colour: Colour = BLACK): string =>
  `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`

/** As bytes: what is checked is what is written. */
const mixed = ([r, g, b]: Colour, [red, green, blue]: Colour, share: number): Colour => {
  const mix = (one: number, other: number) => Math.round(one + (other - one) * share)
  return [mix(r, red), mix(g, green), mix(b, blue)]
}

function luminance([red, green, blue]: Colour): number {
  const linear = (value: number) => (value <= 10.31 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}
