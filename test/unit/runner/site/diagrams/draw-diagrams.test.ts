import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { coloursOf } from '../../../../../runner/site/diagrams/colours.ts'
import { drawDiagram } from '../../../../../runner/site/diagrams/draw-diagram.ts'
import { drawDiagrams } from '../../../../../runner/site/diagrams/draw-diagrams.ts'
import { readMermaid } from '../../../../../runner/site/diagrams/read-mermaid.ts'
import { limits } from '../../../../support/limits.ts'
import { readSvg } from '../../../../support/read-svg.ts'
import { DIAGRAMS, HOSTILE, NOT_DRAWN } from './samples.ts'

const generous = { cpuMs: limits.test, mib: 512, allMs: limits.test }
const SIMPLE = 'flowchart LR\n  A --> B'

const ELEMENTS = 'svg g defs marker rect line polyline polygon circle ellipse path text tspan'.split(' ')

/** Everything in a picture that is not a shape or a text, or could lead out of it. */
function foreignIn(svg: string): string[] {
  const { tags, attributes } = readSvg(svg)
  const odd = attributes.filter(
    ({ name, value }) =>
      /^(?:on|style$|class$|data|href|src|xlink)/.test(name) ||
      /script|evil|NaN|var\(/.test(value) ||
      (/:/.test(value) && name !== 'xmlns') ||
      (/url/.test(value) && !/^url\(#[\w-]+\)$/.test(value)),
  )
  return [...[...tags].filter((tag) => !ELEMENTS.includes(tag)), ...odd.map(({ name, value }) => `${name}=${value}`)]
}

describe.each(Object.entries(DIAGRAMS))('a %s diagram', (_name, { source, kind, texts }) => {
  const diagram = drawDiagram(source)

  test('is drawn with all its text, light and dark, from shapes and texts alone', () => {
    for (const picture of [diagram?.light, diagram?.dark]) {
      expect(foreignIn(picture ?? '')).toEqual([])
      const drawn = readSvg(picture ?? '').texts
      expect(texts.filter((text) => !drawn.some((one) => one.includes(text)))).toEqual([])
    }
    expect(diagram?.light).not.toBe(diagram?.dark)
    expect(diagram?.alternative).toMatch(new RegExp(`^${kind}: `))
  })
})

test('the same text gives the same bytes, alone and after others', async () => {
  const sources = Object.values(DIAGRAMS).map(({ source }) => source)
  const first = await drawDiagrams(new Set(sources), generous)
  const second = await drawDiagrams(new Set(sources.toReversed()), generous)
  expect(first.size).toBe(sources.length)
  for (const source of sources) expect(second.get(source)).toEqual(first.get(source))
})

test.each(Object.entries(NOT_DRAWN))('%s is not drawn, which takes no time to find out', (_name, source) => {
  expect(readMermaid(source)).toBeUndefined()
})

test.each(Object.entries(HOSTILE))('%s: only shapes and text are drawn', (_name, source) => {
  const diagram = drawDiagram(source)
  for (const picture of diagram ? [diagram.light, diagram.dark] : []) expect(foreignIn(picture)).toEqual([])
})

test('HTML in a label is drawn as text', () => {
  const { texts } = readSvg(drawDiagram(HOSTILE['HTML in labels'] ?? '')?.light ?? '')
  expect(texts).toContain('<script>alert(1)</script>')
})

const PIECES = [
  ...['flowchart LR', 'stateDiagram-v2', 'sequenceDiagram', 'classDiagram', 'erDiagram', '\n', '\n', '\n', ' ', ' '],
  ...['-->', '---', '-.->', '==>', '|', '[', ']', '(', ')', '{', '}', '"', ';', ':', '&', '<', '>', '%%', '%%{', '}%%'],
  ...['subgraph', 'end', 'state', 'class', 'participant', 'Note over', 'loop', 'alt', 'else', '->>', '||--o{', '[*]'],
  ...['A', 'B', '__proto__', '<br>', '</text>', '<script>', '&#10;', '#quot;', '\ue03c', '\u0000', '\u202e', 'ü', '図'],
]

test('no text makes the drawing fail, or be anything but a drawing', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PIECES.slice(0, 5)),
      fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }),
      (header, pieces) => {
        const diagram = drawDiagram(`${header}\n${pieces.join('')}`)
        expect(diagram ? foreignIn(diagram.light) : []).toEqual([])
      },
    ),
    { numRuns: 300 },
  )
})

/** As many arrows as are allowed, between few nodes: the layout tries to keep them apart. */
const SLOW = `flowchart TD\n${Array.from({ length: 190 }, (_, index) => `A${(index * 7919) % 40} -->|label ${index}| A${(index * 31 + 7 * (index % 13)) % 40}`).join('\n')}`

test('a diagram that takes too long is given up, and the next one is drawn', async () => {
  expect(readMermaid(SLOW)).toBeDefined()
  const drawn = await drawDiagrams(new Set([SLOW]), { cpuMs: 1, mib: 512 })
  expect(drawn.size).toBe(0)
  expect((await drawDiagrams(new Set([SIMPLE]), generous)).size).toBe(1)
})

test('a diagram that takes too much memory is given up, and the next site is drawn', async () => {
  expect((await drawDiagrams(new Set([SLOW, SIMPLE]), { cpuMs: limits.test, mib: 8 })).has(SLOW)).toBe(false)
  expect((await drawDiagrams(new Set([SIMPLE]), generous)).size).toBe(1)
})

test('once the diagrams of a site have taken as long as they may, the rest are left', async () => {
  expect((await drawDiagrams(new Set([SIMPLE]), { cpuMs: limits.test, mib: 512, allMs: 0 })).size).toBe(0)
})

test('text is readable on everything that it stands on, in both themes', () => {
  for (const theme of ['light', 'dark'] as const) {
    const colours = coloursOf(theme)
    const luminance = (name: string) => luminanceOf(colours.get(name) ?? '')
    for (const text of ['--_text', '--_text-sec', '--_text-muted', '--_text-faint']) {
      for (const ground of ['--bg', '--_node-fill', '--_group-fill', '--_group-hdr', '--_key-badge']) {
        const [dark = 0, light = 0] = [luminance(text), luminance(ground)].toSorted((a, b) => a - b)
        expect((light + 0.05) / (dark + 0.05), `${text} on ${ground}, ${theme}`).toBeGreaterThanOrEqual(4.5)
      }
    }
  }
})

function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
