import type { Element, Root } from 'hast'
import { toString as textOf } from 'hast-util-to-string'
import rehypeSanitize, { type Options } from 'rehype-sanitize'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'
import { isHarmlessCss } from './harmless-css.ts'

/**
 * A picture of which only these elements, attributes and values are left. None of them can run, load or link anything, or refer to
 * anything but a part of the same picture. Undefined if nothing is left.
 */
export function sanitiseSvg(svg: Element): Element | undefined {
  const root: Root = sanitiser.runSync({ type: 'root', children: [withoutHarmfulCss(svg)] })
  const safe = root.children.find((child): child is Element => child.type === 'element')
  if (!safe) return undefined
  safe.properties.xmlns = 'http://www.w3.org/2000/svg'
  dropStrayText(safe)
  return safe
}

function withoutHarmfulCss(svg: Element): Element {
  const copy = structuredClone(svg)
  visit(copy, 'element', (node) => {
    if (node.tagName === 'style' && !isHarmlessCss(textOf(node))) node.children = []
    if (node.properties.style !== undefined && !isHarmlessCss(String(node.properties.style)))
      delete node.properties.style
  })
  return copy
}

/** What stood in elements that are gone is not drawn. */
function dropStrayText(svg: Element): void {
  visit(svg, 'element', (node) => {
    if (!WITH_TEXT.has(node.tagName)) node.children = node.children.filter(({ type }) => type === 'element')
  })
}

const WITH_TEXT = new Set(['text', 'tspan', 'style'])

const NUMBERS = /^[\d\s.,%;+eE-]{0,100000}(?:px|em|pt|mm|cm|in)?$/
const PAINT =
  /^(?:url\(["']?#[\w:.-]{1,100}["']?\) ?)?(?:[a-zA-Z-]{1,30}|#[\da-fA-F]{3,8}|(?:rgb|hsl)a?\([\d\s.,%/a-z]{1,60}\))?$/
const OWN = /^(?:none|url\(["']?#[\w:.-]{1,100}["']?\))$/
const WORDS = /^[\w\s-]{0,60}$/
const TRANSFORMS = /^[a-zA-Z\d\s.,()+-]{0,1000}$/
const ID = /^[\w:.-]{1,100}$/
const FRAGMENT = /^#[\w:.-]{1,100}$/

const each = (names: string, pattern: RegExp): [string, RegExp][] => names.split(' ').map((name) => [name, pattern])

const schema: Options = {
  tagNames: [
    ...['svg', 'g', 'defs', 'symbol', 'use', 'marker', 'style', 'clipPath', 'mask', 'pattern'],
    ...['rect', 'line', 'polyline', 'polygon', 'circle', 'ellipse', 'path', 'text', 'tspan'],
    ...['linearGradient', 'radialGradient', 'stop', 'filter', 'feGaussianBlur', 'feOffset', 'feBlend', 'feFlood'],
    ...['feColorMatrix', 'feComposite', 'feMerge', 'feMergeNode', 'feDropShadow'],
  ],
  attributes: {
    '*': [
      ...each(
        'x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy width height points viewBox offset rotate textLength',
        NUMBERS,
      ),
      ...each('markerWidth markerHeight refX refY fontSize letterSpacing stdDeviation values k1 k2 k3 k4', NUMBERS),
      ...each('strokeWidth strokeDashArray strokeDashOffset strokeMiterLimit', NUMBERS),
      ...each('opacity fillOpacity strokeOpacity stopOpacity floodOpacity', NUMBERS),
      ['d', /^[\d\s.,+eEMmLlHhVvCcSsQqTtAaZz-]*$/],
      ...each('fill stroke color stopColor floodColor', PAINT),
      ...each('markerStart markerMid markerEnd clipPath mask filter', OWN),
      ...each(
        'orient textAnchor fontWeight fontStyle textDecoration dominantBaseline strokeLineJoin strokeLineCap',
        WORDS,
      ),
      ...each('fillRule clipRule visibility display in in2 result mode operator type spreadMethod', WORDS),
      ...each(
        'gradientUnits patternUnits patternContentUnits clipPathUnits maskUnits maskContentUnits markerUnits',
        WORDS,
      ),
      ...each('filterUnits primitiveUnits preserveAspectRatio lengthAdjust colorInterpolationFilters', WORDS),
      ['fontFamily', /^[\w\s,"'-]{0,300}$/],
      ...each('transform gradientTransform patternTransform', TRANSFORMS),
      ['id', ID],
      ['className', /^[\w-]{1,100}$/],
      // Only what `isHarmlessCss` has let through.
      'style',
    ],
    use: each('href xLinkHref', FRAGMENT),
    linearGradient: each('href xLinkHref', FRAGMENT),
    radialGradient: each('href xLinkHref', FRAGMENT),
  },
  ancestors: {},
  protocols: {},
  clobber: [],
  required: {},
  strip: ['script', 'title', 'desc', 'metadata', 'foreignObject', 'animate', 'set', 'switch'],
}

const sanitiser = unified().use(rehypeSanitize, schema)
