import { expect, test } from 'vitest'
import { drawDiagrams } from '../../../../../runner/site/diagrams/draw-diagrams.ts'
import { renderSite } from '../../../../../runner/site/render-site.ts'
import { limits } from '../../../../support/limits.ts'
import { all, elementsOf, readHtml, textOf } from '../../../../support/read-html.ts'
import { contextOf, pagesOf } from '../sample-site.ts'

const generous = { cpuMs: limits.test, mib: 512, allMs: limits.test }
const FLOW = 'flowchart LR\n  A[One] --> B[Two]'
const fence = (text: string) => `\`\`\`mermaid\n${text}\n\`\`\``

async function render(markdown: string, draws = true) {
  const losses: string[] = []
  const pages = { a: markdown }
  const files = await renderSite(pagesOf(pages), contextOf(pages), {
    onLoss: ({ what }) => void losses.push(what),
    ...(draws ? { draw: async (sources: ReadonlySet<string>) => await drawDiagrams(sources, generous) } : {}),
  })
  const html = String(files.find(({ path }) => path === 'a.html')?.body)
  return { files, losses, page: readHtml(html) }
}

const figuresOf = ({ page }: Awaited<ReturnType<typeof render>>) =>
  elementsOf(page).filter(({ attributes }) => attributes.class === 'diagram')

test("a diagram is two pictures of the site's own, with their text for those who can't see them, and their source below", async () => {
  const rendered = await render(`# A\n\n${fence(FLOW)}\n\nAfter.`)
  const [figure, ...others] = figuresOf(rendered)
  if (!figure) throw new Error('there is no figure')
  expect(others).toEqual([])
  const pictures = all(figure, 'img').map(({ attributes }) => attributes)
  expect(pictures.map(({ alt }) => alt)).toEqual(['Flowchart: One; Two', 'Flowchart: One; Two'])
  expect(pictures.map((picture) => picture.class)).toEqual(['on-light', 'on-dark'])
  const paths = rendered.files.map(({ path }) => path)
  for (const { src = '', width, height, style } of pictures) {
    expect(paths).toContain(src)
    expect(src).toMatch(/^assets\/diagram-[0-9a-f]{20}\.svg$/)
    expect([Number(width) > 0, Number(height) > 0, style]).toEqual([true, true, undefined])
  }
  expect(all(figure, 'summary').map(textOf)).toEqual(['Diagram as text'])
  expect(all(figure, 'pre').map(textOf)).toEqual([FLOW])
  expect(rendered.losses).toEqual([])
})

test('a site with diagrams is the same to the byte each time, whatever the order of its pages', async () => {
  const pages = { a: fence(FLOW), b: `${fence(FLOW)}\n\n${fence('stateDiagram-v2\n  [*] --> X')}` }
  const make = async (order: 1 | -1) =>
    await renderSite(
      pagesOf(pages).toSorted((a, b) => order * a.slug.localeCompare(b.slug)),
      contextOf(pages),
      {
        draw: async (sources) => await drawDiagrams(sources, generous),
      },
    )
  const [one, other] = [await make(1), await make(-1)]
  expect(other).toEqual(one)
  // Drawn once, though on two pages.
  expect(one.filter(({ path }) => path.startsWith('assets/diagram-'))).toHaveLength(4)
})

test('what cannot be drawn stays as code, with a note, and is reported', async () => {
  const rendered = await render(`# A\n\n${fence('gantt\n  title x')}\n\n${fence(FLOW)}`)
  const notes = elementsOf(rendered.page).filter(({ attributes }) => attributes.class === 'not-drawn')
  expect(notes.map(textOf)).toEqual(['This diagram could not be drawn, so here is its source.'])
  expect(all(rendered.page, 'pre').map(textOf)).toEqual(['gantt\n  title x', FLOW])
  expect(figuresOf(rendered)).toHaveLength(1)
  expect(rendered.losses).toEqual(['the drawing of a gantt'])
})

test('diagrams in lists and quotes are drawn, and those that quote a file stay quotations', async () => {
  const inside = fence(FLOW).replaceAll('\n', '\n  ')
  const quoted = `\`\`\`mermaid source=docs/a.mmd#L1-L2\n${FLOW}\n\`\`\``
  const rendered = await render(
    `- one\n\n  ${inside}\n\n> ${fence(FLOW).replaceAll('\n', '\n> ')}\n\n${quoted}\n\n\`\`\`js\nmermaid\n\`\`\``,
  )
  expect(figuresOf(rendered)).toHaveLength(2)
  const quotations = all(rendered.page, 'figure').filter(({ attributes }) => attributes['data-source'] !== undefined)
  expect(quotations.map((figure) => all(figure, 'img').length)).toEqual([0])
})

test('a page that is only checked keeps its diagrams as text', async () => {
  const rendered = await render(fence(FLOW), false)
  expect(figuresOf(rendered)).toEqual([])
  expect(textOf(rendered.page)).not.toContain('could not be drawn')
})

test('machines get the text of a diagram', async () => {
  const { files } = await render(`# A\n\n${fence(FLOW)}`)
  expect(String(files.find(({ path }) => path === 'a.md')?.body)).toContain(fence(FLOW))
})
