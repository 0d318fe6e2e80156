import { renderMermaidSVG } from 'beautiful-mermaid'
import type { Element } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import { s } from 'hastscript'
import { visit } from 'unist-util-visit'
import { readSvg } from '../svg/read-svg.ts'
import { sanitiseSvg } from '../svg/sanitise-svg.ts'
import { writeSvg } from '../svg/write-svg.ts'
import { type Colours, coloursOf } from './colours.ts'
import { unshield } from './labels.ts'
import { readMermaid } from './read-mermaid.ts'
import type { Reading } from './reading.ts'

/** A drawing, as two pictures that load nothing and run nothing. */
export interface Diagram {
  light: string
  dark: string
  /** Pixels. */
  width: number
  height: number
  /** What is in it, in one sentence. */
  alternative: string
}

/** Pixels: nobody can read what is larger. */
const LARGEST = 6_000

const MARGIN = 12

/**
 * Draws mermaid text; undefined if it can't be drawn with everything that it says. The same text gives the same bytes. Can take very long
 * for hostile text, so it has a thread of its own.
 */
export function drawDiagram(source: string): Diagram | undefined {
  const reading = readMermaid(source)
  const drawn = reading && drawnBy(reading)
  if (!reading || !drawn || !isComplete(drawn, reading)) return undefined
  const [width, height] = [drawn.properties.width, drawn.properties.height].map(Number)
  if (!width || !height || Math.max(width, height) > LARGEST) return undefined
  const light = pictureOf(drawn, coloursOf('light'))
  const dark = pictureOf(drawn, coloursOf('dark'))
  if (light === undefined || dark === undefined) return undefined
  return { light, dark, width: Math.ceil(width), height: Math.ceil(height), alternative: alternativeTo(reading) }
}

/** The library's drawing. It throws whatever it likes. */
function drawnBy({ text }: Reading): Element | undefined {
  try {
    const drawn = readSvg(renderMermaidSVG(text, { padding: MARGIN }))
    if (!drawn) return undefined
    visit(drawn, 'text', (node) => {
      node.value = unshield(node.value)
    })
    return drawn
  } catch {
    return undefined
  }
}

/** Whether all text and all arrows are in the drawing, and everything has a place. */
function isComplete(drawn: Element, { labels, connections }: Reading): boolean {
  let text = ''
  let arrows = 0
  let isPlaced = true
  visit(drawn, 'element', (node) => {
    const { dataLabel: _, dataId: __, ...properties } = node.properties
    if (node.tagName === 'text') text += `${withoutSpaces(textOf(node))} `
    if ([node.properties.className].flat().some((name) => CONNECTIONS.has(String(name)))) arrows++
    if (Object.values(properties).some((value) => /NaN|Infinity/.test(String(value)))) isPlaced = false
  })
  return isPlaced && arrows === connections && labels.every((label) => text.includes(withoutSpaces(label)))
}

const CONNECTIONS = new Set(['edge', 'message', 'class-relationship', 'er-relationship'])

const withoutSpaces = (text: string): string => text.replaceAll(/\s+/g, '')

const SANS =
  'InterVariable, Inter, ui-sans-serif, system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif'
const MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, Liberation Mono, DejaVu Sans Mono, monospace'

/** The drawing with a theme's colours in it: a picture has no style sheet, and none in it would pass the site's policy. */
function pictureOf(drawn: Element, colours: Colours): string | undefined {
  const picture = structuredClone(drawn)
  visit(picture, 'element', (node) => {
    for (const [name, value] of Object.entries(node.properties)) {
      if (name === 'fill' || name === 'stroke') node.properties[name] = colourOf(String(value), colours)
      else if (typeof value === 'string') node.properties[name] = rounded(value)
    }
    if ([node.properties.className].flat().includes('mono')) node.properties.fontFamily = MONO
    // The library's classes and styles stand for its colours and its fonts.
    delete node.properties.className
    delete node.properties.style
  })
  picture.properties.fontFamily = SANS
  picture.children = picture.children.filter((child) => child.type !== 'element' || child.tagName !== 'style')
  picture.children.unshift(s('rect', { width: '100%', height: '100%', fill: colours.get('--bg') }))
  const safe = sanitiseSvg(picture)
  return safe && writeSvg(safe)
}

function colourOf(value: string, colours: Colours): string {
  const [, name] = /^var\((--[\w-]+)\)$/.exec(value) ?? []
  return (name === undefined ? undefined : colours.get(name)) ?? value
}

/** The library computes to the last digit. */
const rounded = (value: string): string => value.replaceAll(/(\.\d\d)\d+/g, '$1')

/** Characters of the names in a text alternative. */
const LONGEST_LIST = 240

function alternativeTo({ kind, names }: Reading): string {
  const listed: string[] = []
  let length = 0
  for (const name of names.map((one) => one.replaceAll('\n', ' '))) {
    length += name.length
    if (length > LONGEST_LIST) break
    listed.push(name)
  }
  const more = names.length - listed.length
  return `${kind}: ${listed.join('; ')}${more === 0 ? '' : ` and ${more} more`}`
}
