import fc from 'fast-check'
import { expect, test } from 'vitest'
import { elementsOf, type Node, textOf } from '../../../support/read-html.ts'
import { textOf as vectorText } from '../../../xss/vector.ts'
import { vectors } from '../../../xss/vectors.ts'
import { PIECES } from './hostile-pieces.ts'
import { deadLinks, renderContent, renderSample } from './sample-site.ts'

const TAGS = new Set(
  [
    'html head meta title link body a header button div nav p ul li main section footer bdi code time small span',
    'h1 h2 h3 h4 h5 h6 blockquote ol hr br em strong del sup sub pre figure figcaption table caption thead tbody tfoot tr th td',
    'b cite i ins kbd mark q s samp u var details summary dl dt dd script',
  ].flatMap((names) => names.split(' ')),
)
const ATTRIBUTES = new Set(
  [
    'lang dir charset http-equiv name property content rel href class id tabindex type role title datetime align start',
    'src defer popover popovertarget popovertargetaction disabled open colspan rowspan',
    'aria-current aria-hidden aria-keyshortcuts aria-label aria-labelledby aria-describedby',
    'data-line data-language data-source data-footnotes data-footnote-ref data-footnote-backref',
  ].flatMap((names) => names.split(' ')),
)

/** What would run in a page if nothing stopped it. */
const VECTORS = vectors.filter(({ place }) => place === undefined).map((vector, number) => vectorText(vector, number))

/** Lists the faults in a site's HTML: foreign elements, attributes, protocols, ids and links. */
function faults(site: Record<string, Node>): string[] {
  const elements = Object.values(site).flatMap((page) => elementsOf(page))
  const attributes = elements.flatMap((element) => Object.entries(element.attributes))
  const ids = Object.values(site).map((page) => elementsOf(page).flatMap((element) => element.attributes.id ?? []))
  return [
    ...elements.flatMap(({ tag }) => (TAGS.has(tag) ? [] : [`<${tag}>`])),
    ...attributes.flatMap(([name]) => (ATTRIBUTES.has(name) ? [] : [name])),
    ...ids
      .flat()
      .filter((id) => !/^(?:section-|note-fn|footnote-label$|sources-title$|content$|pages$|group-\d+$)/.test(id)),
    ...ids.filter((list) => new Set(list).size < list.length).map((list) => `twice: ${list.join()}`),
    ...elements.filter(({ tag }) => tag === 'a').flatMap(nestedLinks),
    ...deadLinks(site),
  ]
}

const nestedLinks = (link: Node) => elementsOf(link).flatMap(({ tag }) => (tag === 'a' ? ['a link in a link'] : []))

test('no mix of hostile markdown produces a foreign element, attribute, protocol or id, or a dead link', async () => {
  const markdown = fc
    .array(
      fc.tuple(
        fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...PIECES, ...VECTORS) }, fc.string()),
        fc.constantFrom('\n\n', '\n', ' ', '', '\n> ', '\n- '),
      ),
      {
        minLength: 1,
        maxLength: 14,
      },
    )
    .map((parts) => parts.flat().join(''))
  await fc.assert(
    fc.asyncProperty(markdown, async (text) => {
      expect(faults(await renderSample({ a: text || '-', b: '# B\n\n## There', gone: null }))).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('every hostile piece is harmless on its own too, with and without a browsable repository', async () => {
  for (const piece of PIECES)
    for (const browseUrl of [null, 'https://github.com/acme/courier', 'javascript:alert(1)//'])
      expect(faults(await renderSample({ a: piece, b: '# B\n\n## There' }, { browseUrl })), piece).toEqual([])
  for (const vector of VECTORS) expect(faults(await renderSample({ a: vector })), vector).toEqual([])
})

test('only harmless HTML tags survive, without any attributes that could do harm', async () => {
  const content = await renderContent(
    'a\n\n<div onclick="x" id="a" style="x" class="skip">in</div>\n\nb <b onclick=x>c</b> <!-- e --><img src=x onerror="x">',
  )
  expect(textOf(content).replaceAll(/\s+/g, ' ')).toBe('a in b c ')
  expect(elementsOf(content).map(({ tag }) => tag)).toEqual(['p', 'div', 'p', 'b'])
  expect(elementsOf(content).flatMap(({ attributes }) => Object.keys(attributes))).toEqual([])
})

test('tags that would load or run something are shown as text', async () => {
  for (const tag of [
    '<svg onload=alert(1)>',
    '<iframe srcdoc="<script>">',
    '<math><mtext>',
    '<form id=x><input name=body>',
    '<base href=//e>',
  ])
    expect(textOf(await renderContent(`x ${tag} y`))).toBe(`x ${tag} y`)
})

test('an image becomes its alternative text', async () => {
  const content = await renderContent(
    'See ![the parts](https://evil.example/a.png) and ![these][r].\n\n[r]: data:image/png;base64,AA',
  )
  expect(textOf(content)).toBe('See the parts and these.')
})

test('text that looks like markup stays text in titles, tagline, navigation and footer', async () => {
  const evil = '</title></script><img src=x onerror="alert(1)">&amp;\''
  const page = { slug: 'a', title: evil, description: evil }
  const plan = { project_name: evil, tagline: evil, navigation: [{ group: evil, pages: [page] }] }
  const site = await renderSample(
    { a: 'text' },
    { plan, ref: evil, writtenBy: evil, commit: evil, generatedAt: evil },
    page,
  )
  expect(faults(site)).toEqual([])
  expect(textOf(site['a.html'] as Node)).toContain(`Written by ${evil}.`)
})

test('markdown nested thousands of levels deep is shown as plain text and does not break the site', async () => {
  for (const nested of ['> ', '- ', '>']) {
    const markdown = `${nested.repeat(4000)}x`
    const site = await renderSample({ a: markdown, b: 'fine' })
    expect(faults(site)).toEqual([])
    expect(textOf(site['a.html'] as Node)).toContain(markdown)
  }
})

test('very long lines and many open brackets can be rendered', async () => {
  for (const text of [
    '['.repeat(5000),
    '*a _b '.repeat(2000),
    `${'`'.repeat(9999)}x`,
    '![['.repeat(2000),
    '<'.repeat(9999),
    '&#'.repeat(5000),
  ])
    expect(faults(await renderSample({ a: text })), text.slice(0, 10)).toEqual([])
})
