import type { Element, Root } from 'hast'
import rehypeSanitize, { type Options } from 'rehype-sanitize'
import { unified } from 'unified'

/**
 * A drawing of which only these elements and attributes are left. None of them can run, load or link anything, or change how the
 * rest is read. Undefined if nothing is left.
 */
export function sanitiseSvg(svg: Element): Element | undefined {
  const root: Root = sanitiser.runSync({ type: 'root', children: [svg] })
  return root.children.find((child): child is Element => child.type === 'element')
}

const NUMBERS = /^[\d\s.,%+eE-]*(?:px|em)?$/
const COLOUR = /^(?:[a-zA-Z]{1,30}|#[\da-fA-F]{3,8}|rgba?\([\d\s.,%/]*\))$/
const OWN = /^url\(#[\w-]{1,100}\)$/
const WORDS = /^[\w\s-]{0,60}$/
const FONTS = /^[\w\s,"'-]{0,300}$/
const TRANSFORMS = /^(?:[a-zA-Z]{1,12}\([\d\s.,+eE-]*\)[\s,]*){0,10}$/

const each = (names: string, pattern: RegExp): [string, RegExp][] => names.split(' ').map((name) => [name, pattern])

const schema: Options = {
  tagNames: [
    ...[
      'svg',
      'g',
      'defs',
      'marker',
      'rect',
      'line',
      'polyline',
      'polygon',
      'circle',
      'ellipse',
      'path',
      'text',
      'tspan',
    ],
  ],
  attributes: {
    '*': [
      ...each('x y x1 y1 x2 y2 cx cy r rx ry dx dy width height points viewBox', NUMBERS),
      ...each('markerWidth markerHeight refX refY strokeWidth strokeDashArray fontSize opacity', NUMBERS),
      ['d', /^[\d\s.,+eEMmLlHhVvCcSsQqTtAaZz-]*$/],
      ...each('fill stroke', COLOUR),
      ...each('markerStart markerEnd', OWN),
      ...each('orient textAnchor fontWeight fontStyle textDecoration strokeLineJoin strokeLineCap', WORDS),
      ['fontFamily', FONTS],
      ['transform', TRANSFORMS],
      ['id', /^[\w-]{1,100}$/],
    ],
    svg: [['xmlns', 'http://www.w3.org/2000/svg']],
  },
  ancestors: {},
  protocols: {},
  clobber: [],
  required: {},
  strip: ['script', 'style', 'title', 'desc', 'metadata', 'foreignobject'],
}

const sanitiser = unified().use(rehypeSanitize, schema)
