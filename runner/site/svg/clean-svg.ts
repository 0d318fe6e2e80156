import type { Element } from 'hast'
import { expansionOf } from './expansion.ts'
import { readSvg } from './read-svg.ts'
import { sanitiseSvg } from './sanitise-svg.ts'
import { writeSvg } from './write-svg.ts'

/** An SVG picture of which only harmless parts are left. */
export interface CleanSvg {
  body: string
  /** Pixels, if it says so. */
  width: number | undefined
  height: number | undefined
}

/** Elements that a picture may make browsers draw. */
const MOST_ELEMENTS = 50_000

/** Reads an SVG picture and writes it again without anything harmful; undefined if there is no picture, or one that takes too long to draw. */
export function cleanSvg(text: string): CleanSvg | undefined {
  const svg = readSvg(text)
  const safe = svg && sanitiseSvg(svg)
  if (!safe || expansionOf(safe) > MOST_ELEMENTS) return undefined
  return { body: writeSvg(safe), ...sizeOf(safe) }
}

function sizeOf({ properties: { width, height, viewBox } }: Element): Pick<CleanSvg, 'width' | 'height'> {
  const written = [width, height].map((size) => pixels(String(size ?? '')))
  const [, , ...box] = String(viewBox ?? '').split(/[ ,]+/)
  const [inBox, below] = box.map(pixels)
  return { width: written[0] ?? inBox, height: written[1] ?? below }
}

function pixels(size: string): number | undefined {
  const [, number] = /^(\d{1,5}(?:\.\d{1,10})?)(?:px)?$/.exec(size) ?? []
  return number === undefined || Number(number) === 0 ? undefined : Math.ceil(Number(number))
}
