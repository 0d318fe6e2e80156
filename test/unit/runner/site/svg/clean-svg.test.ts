import { describe, expect, test } from 'vitest'
import { cleanSvg } from '../../../../../runner/site/svg/clean-svg.ts'
import { readSvg } from '../../../../support/read-svg.ts'

const SVG = 'xmlns="http://www.w3.org/2000/svg"'
const within = (content: string, attributes = '') => `<svg ${SVG} viewBox="0 0 20 10" ${attributes}>${content}</svg>`
const clean = (content: string) => cleanSvg(within(content))?.body ?? ''

test('a picture stays what it is: shapes, texts, gradients, clips, filters and their references', () => {
  const picture = within(
    [
      '<defs><linearGradient id="g.1" gradientUnits="userSpaceOnUse"><stop offset="50%" stop-color="#fff"/></linearGradient>',
      '<clipPath id="c"><circle cx="5" cy="5" r="4"/></clipPath><filter id="f"><feGaussianBlur stdDeviation="2"/></filter>',
      '<symbol id="s" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></symbol></defs>',
      '<g transform="translate(1,2) rotate(-3)" clip-path="url(#c)" filter="url(#f)">',
      '<rect class="a" width="9" height="9" fill="url(#g.1) none" stroke="rgba(0, 0, 0, .5)" style="opacity:.5"/>',
      '<use href="#s" x="1"/><text font-family="Inter, sans-serif" text-anchor="middle">a &lt; b &amp; c</text></g>',
      '<style>.a{stroke-width:2px}@media (prefers-color-scheme: dark){.a{fill:#eee}}</style>',
    ].join(''),
    'width="40" height="2em"',
  )
  const cleaned = cleanSvg(picture)
  expect(cleaned).toMatchObject({ width: 40, height: 10 })
  const { tags, attributes } = readSvg(cleaned?.body ?? '')
  expect([...tags].toSorted()).toEqual(
    [
      'svg',
      'defs',
      'linearGradient',
      'stop',
      'clipPath',
      'circle',
      'filter',
      'feGaussianBlur',
      'symbol',
      'path',
      'g',
      'rect',
      'use',
      'text',
      'style',
    ].toSorted(),
  )
  expect(attributes.map(({ name, value }) => `${name}=${value}`)).toEqual(
    expect.arrayContaining([
      ...[
        'viewBox=0 0 20 10',
        'id=g.1',
        'stop-color=#fff',
        'clip-path=url(#c)',
        'filter=url(#f)',
        'href=#s',
        'class=a',
      ],
      ...['fill=url(#g.1) none', 'stroke=rgba(0, 0, 0, .5)', 'style=opacity:.5', 'transform=translate(1,2) rotate(-3)'],
    ]),
  )
  expect(cleaned?.body).toContain('prefers-color-scheme')
  expect(cleaned?.body).toContain('>a &#x3C; b &#x26; c<')
})

test('cleaning a clean picture changes nothing', () => {
  const once = clean('<defs><clipPath id="c"/></defs><rect style="opacity:.5" fill="red"/><text>&lt;a></text>')
  expect(cleanSvg(once)?.body).toBe(once)
})

test('declarations, comments and entities before a picture are left out', () => {
  const { body } = cleanSvg(
    `\ufeff<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY a "&#60;script>">]><!-- <svg> -->${within('<text>&e;&a;</text>')}`,
  ) ?? { body: '' }
  expect(body).toMatch(/^<svg /)
  expect(body).not.toMatch(/ENTITY|DOCTYPE|<script|\?xml/)
})

describe('nothing that runs, loads or leads anywhere is left', () => {
  test.each([
    '<script>alert(1)</script>',
    '<script href="https://evil.test/a.js"/>',
    '<SCRIPT>alert(1)</SCRIPT>',
    '<svg:script xmlns:svg="http://www.w3.org/2000/svg">alert(1)</svg:script>',
    '<script><![CDATA[alert(1)]]></script>',
    '<foreignObject><iframe srcdoc="<script>alert(1)</script>"></iframe></foreignObject>',
    '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml" onclick="alert(1)">x</p></foreignObject>',
    '<desc><img src=x onerror=alert(1)></desc><title><script>alert(1)</script></title>',
    '<a href="javascript:alert(1)"><rect width="9" height="9"/></a>',
    '<a xlink:href="javascript:alert(1)"><text>x</text></a>',
    '<image href="https://evil.test/a.png"/><image href="data:image/svg+xml,<svg onload=alert(1)>"/>',
    '<feImage href="https://evil.test/a.png"/>',
    '<use href="https://evil.test/a.svg#x"/><use xlink:href="//evil.test/a.svg#x"/>',
    '<use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x"/>',
    '<linearGradient href="https://evil.test/a.svg#x"/>',
    '<animate attributeName="href" values="javascript:alert(1)"/><set attributeName="onclick" to="alert(1)"/>',
    '<animate onbegin="alert(1)" attributeName="x" dur="1s"/>',
    '<rect onclick="alert(1)" ONLOAD="alert(1)" onfocusin=alert(1) tabindex="1"/>',
    '<rect fill="url(https://evil.test/a.svg#x)" filter="url(//evil.test/a#x)" clip-path="url(evil.svg#x)"/>',
    '<rect fill="url(#a) url(https://evil.test)" mask="url(&quot;https://evil.test#a&quot;)"/>',
    '<rect style="fill:url(https://evil.test/a)"/><rect style="background:image-set(\'https://evil.test\' 1x)"/>',
    '<rect style="fill:u\\72l(https://evil.test/a)"/><rect style="fill:/*x*/url(evil.test)"/>',
    '<style>@import "https://evil.test/a.css";</style>',
    '<style>@font-face{font-family:a;src:url(https://evil.test/a.woff)}</style>',
    '<style>rect{fill:u\\rl(https://evil.test)}</style><style>a{}</style><style>&lt;/style>&lt;script>alert(1)&lt;/script></style>',
    '<style><![CDATA[</style><script>alert(1)</script>]]></style>',
    '<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">alert(1)</handler>',
    '<listener event="load" handler="#x"/><discard onbegin="alert(1)"/>',
    '<iframe src="https://evil.test"></iframe><embed src="https://evil.test"><object data="https://evil.test"></object>',
    '<video src="https://evil.test" onerror="alert(1)"></video><audio src=x></audio><canvas/>',
    '</svg><script>alert(1)</script><svg onload="alert(1)">',
    '<g></svg><img src=x onerror=alert(1)>',
    '<math><mtext><script>alert(1)</script></mtext></math>',
    '<text>\u0000\u0008<tspan onclick=alert(1)>x</tspan>\ufffe</text>',
    '<?xml-stylesheet href="https://evil.test/a.css"?><!ENTITY x "y">',
    '<text lang="x" xml:base="https://evil.test" xlink:type="simple">x</text>',
    '<mpath href="https://evil.test#x"/><textPath href="https://evil.test#x">x</textPath><cursor href="//evil.test"/>',
  ])('%s', (content) => {
    const body = clean(content)
    const { tags, attributes } = readSvg(body)
    for (const tag of tags)
      expect(tag).not.toMatch(/^(?:script|a|image|foreignObject|iframe|set|animate|handler|feImage)$/i)
    for (const { name, value } of attributes) {
      expect(name).not.toMatch(/^on|^src|tabindex|base$/i)
      if (name !== 'xmlns') expect(value).not.toMatch(/\/\/|script:|data:|evil/i)
    }
    // Text may say anything, and styles may not.
    expect(body.replaceAll(/<text\b.*?<\/text>/g, '')).not.toMatch(/evil|alert|@import|url\((?!["']?#)/)
  })
})

test('a picture whose parts refer to each other again and again is refused, and one with itself in it', () => {
  const level = (index: number) => `<g id="l${index}">${`<use href="#l${index + 1}"/>`.repeat(10)}</g>`
  const bomb = `<defs>${Array.from({ length: 10 }, (_, index) => level(index)).join('')}<g id="l10"><rect/></g></defs><use href="#l0"/>`
  expect(cleanSvg(within(bomb))).toBeUndefined()
  const patterns = Array.from(
    { length: 10 },
    (_, index) => `<pattern id="p${index}">${`<rect fill="url(#p${index + 1})"/>`.repeat(10)}</pattern>`,
  )
  expect(cleanSvg(within(`${patterns.join('')}<rect fill="url(#p0)"/>`))).toBeUndefined()
  expect(cleanSvg(within('<g id="a"><use href="#a"/></g>'))).toBeUndefined()
  expect(cleanSvg(within('<g id="a"><rect/></g><use href="#a"/><use href="#a"/>'))).toBeDefined()
})

test('what is no picture is none', () => {
  for (const text of ['', 'text', '<html><body>x</body></html>', '<sVG', '<script>alert(1)</script>'])
    expect(cleanSvg(text)).toBeUndefined()
})
