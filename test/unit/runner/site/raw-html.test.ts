import { expect, test } from 'vitest'
import { renderSite } from '../../../../runner/site/render-site.ts'
import { all, elementsOf, type Node, textOf } from '../../../support/read-html.ts'
import { contextOf, linksOf, pagesOf, renderContent } from './sample-site.ts'

/** The elements and text of a node: `details(summary("Title"))`. */
const outline = (node: Node): string =>
  node.children
    .map((child) =>
      typeof child === 'string' ? child.trim() && `"${child.trim()}"` : `${child.tag}(${outline(child)})`,
    )
    .filter((part) => part !== '')
    .join(' ')

test.each([
  [
    'details',
    '<details open>\n<summary>Title</summary>\n\n- one\n\n</details>',
    'details(summary("Title") ul(li("one")))',
  ],
  ['tight details', '<details><summary>T</summary>\nText.\n</details>', 'details(summary("T") "Text.")'],
  ['a definition list', '<dl><dt>A<dd>B<dt>C</dl>', 'dl(dt("A") dd("B") dt("C"))'],
  ['keys and indices', 'x <kbd>K</kbd> <sub>1</sub> <sup>2</sup>', 'p("x" kbd("K") sub("1") sup("2"))'],
  ['a line break in a cell', '| a<br>b |\n|---|', 'div(table(thead(tr(th("a" br() "b")))))'],
  ['a table', '<table>\n<tr><td>a</td><td>b</td></tr>\n</table>', 'div(table(tbody(tr(td("a") td("b")))))'],
  ['what stands in no cell', '<table>a<tr>b<td>c</table>d', 'div(table(tbody(tr(td("a")) tr(td("b") td("c"))))) "d"'],
  ['a paragraph', '<p align="center">a</p>', 'p("a")'],
  ['markdown in a paragraph', '<p align="center">\n\n**a**\n\n</p>', 'div(p(strong("a")))'],
  ['a picture', '<picture>\n<source srcset="x">\n<img src="y" alt="A &amp; B">\n</picture>', '"A & B"'],
  ['a mis-nested pair', 'x <b>a <i>b</b> c</i>', 'p("x" b("a" i("b")) "c")'],
])('%s is kept', async (_, markdown, expected) => expect(outline(await renderContent(markdown))).toBe(expected))

test('links in HTML are resolved like links in markdown', async () => {
  const content = await renderContent(
    '<a href="b.md">b</a> <a href="javascript:alert(1)">j</a> <a href="source:a.ts#L2">s</a> <a>none</a>',
  )
  expect(linksOf(content)).toEqual([
    ['b', './b.html'],
    ['s', 'https://github.com/acme/courier/blob/0123456789abcdef/a.ts#L2-L2'],
  ])
  expect(textOf(content)).toBe('b j s none')
})

test.each([
  ['> [!NOTE]\n> Text.', 'note', 'Note'],
  ['> [!WARNING] Text.', 'warning', 'Warning'],
  ['> [!danger]\n>\n> Text.', 'caution', 'Danger'],
  ['> **Tip**\n> Text.', 'tip', 'Tip'],
  ['> **Important:** Text.', 'important', 'Important'],
  ['> **⚠️ Caution**: Text.', 'caution', 'Caution'],
])('%j becomes a labelled note', async (markdown, style, label) => {
  const content = await renderContent(markdown)
  const alert = all(content, 'div')[0]
  expect(alert?.attributes).toEqual({ class: `alert alert-${style}`, role: 'note' })
  expect(all(content, 'p').map((part) => [part.attributes.class, textOf(part)])).toEqual([
    ['alert-title', label],
    [undefined, 'Text.'],
  ])
})

test.each(['> [!nothing] x', '> **Note** that x', '> **Other:** x', 'x [!NOTE]'])(
  '%j does not become a note',
  async (markdown) => {
    expect(all(await renderContent(markdown), 'div')).toEqual([])
  },
)

test('everything a page loses is reported once', async () => {
  const markdown =
    'See [a](gone.md) and [b](#none) and [c](javascript:x) and [d](a.md).\n\n<script>x</script>\n\n<style>y</style>\n\n<!-- z -->'
  const losses: string[] = []
  await renderSite(pagesOf({ a: markdown }), contextOf({ a: markdown }), {
    onLoss: ({ slug, what }) => void losses.push(`${slug}: ${what}`),
  })
  expect(losses).toEqual([
    'a: a script',
    'a: a style',
    'a: the link to gone.md',
    'a: the link to #none',
    'a: the link to javascript:x',
  ])
})

test.each([
  ['details', '<details><summary>x</summary>\n\n'.repeat(2000)],
  ['details in one block', '<details>'.repeat(5000)],
  ['closed details', `${'<details>'.repeat(5000)}x${'</details>'.repeat(5000)}`],
  ['tables', '<table><tr><td>'.repeat(3000)],
  ['closed tables', `${'<table><tr><td>'.repeat(2000)}x${'</table>'.repeat(2000)}`],
  ['formatting', `x ${'<b><i><u>'.repeat(3000)}y${'</b></i></u>'.repeat(3000)}`],
  ['formatting around paragraphs', `${'<b><i>'.repeat(20)}\n\n${'x\n\n'.repeat(500)}${'</i></b>'.repeat(20)}`],
  ['comments', '<!--'.repeat(10_000)],
  ['comments in a text', `x ${'<!--'.repeat(20_000)}\n\n-->`],
  ['scripts', '<script>\n'.repeat(4000)],
  ['blocks that are text', '<form>\n'.repeat(4000)],
  ['attributes', `<p ${'a="b" '.repeat(10_000)}`],
  ['quotes in attributes', `x ${'<a b="'.repeat(5000)}`],
])('thousands of %s are rendered in bounded time, without deep nesting', async (_, markdown) => {
  const started = performance.now()
  const content = await renderContent(markdown)
  expect(performance.now() - started).toBeLessThan(30_000)
  expect(depthOf(content)).toBeLessThan(150)
  expect(elementsOf(content).length).toBeLessThan(50_000)
})

const depthOf = (node: Node): number =>
  node.children.reduce((depth, child) => (typeof child === 'string' ? depth : Math.max(depth, 1 + depthOf(child))), 0)
