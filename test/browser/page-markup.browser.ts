import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderSite } from '../../runner/site/render-site.ts'
import { accessibilityProblems, openBrowser } from '../support/browser.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { PIECES } from '../unit/runner/site/hostile-pieces.ts'
import { contextOf, pagesOf } from '../unit/runner/site/sample-site.ts'

const ALERTS = ['NOTE', 'TIP', 'IMPORTANT', 'WARNING', 'CAUTION'].map(
  (word) => `> [!${word}]\n> Text with \`code\` and [a link](b.md).`,
)
const MARKUP = [
  ...ALERTS,
  '<details>\n<summary>Options</summary>\n\n- one <kbd>Enter</kbd>\n\n</details>',
  '<table>\n<caption>Sizes</caption>\n<tr><th>a</th><td>b</td></tr>\n</table>',
  '<dl><dt>Term</dt><dd>Definition</dd></dl>',
  'H<sub>2</sub>O, x<sup>2</sup>, <mark>marked</mark>, Promise<void>',
  '<pre>\na\n  b</pre>',
  '<p align="center">\n\n**Centred**\n\n</p>',
].join('\n\n')

let browser: Browser
let folder: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  browser = await openBrowser()
  folder = await temporaryFolder('markup')
  const pages = {
    markup: MARKUP,
    b: '# B',
    ...Object.fromEntries(PIECES.map((piece, index) => [`hostile-${index}`, piece])),
  }
  for (const { path, body } of await renderSite(pagesOf(pages), contextOf(pages))) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    await writeFile(join(folder.path, path), body)
  }
})
afterAll(async () => {
  await browser.close()
  await folder[Symbol.asyncDispose]()
})

const urlOf = (slug: string) => pathToFileURL(join(folder.path, `${slug}.html`)).href

test.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 390 },
] as const)(
  'alerts and HTML in pages are accessible and fit: $colorScheme, $width px wide',
  async ({ colorScheme, width }) => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } })
    await page.goto(urlOf('markup'))
    expect(await page.getByRole('note').count()).toBe(5)
    expect(await page.getByRole('note').first().innerText()).toMatch(/^Note\s+Text with/)
    await page.evaluate('for (const folded of document.querySelectorAll("details")) folded.open = true')
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await page.close()
  },
)

test('no hostile page runs or requests anything, even without a content security policy', async () => {
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('dialog', async (dialog) => {
    complaints.push(`${page.url()}: ${dialog.message()}`)
    await dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) complaints.push(`${page.url()}: ${request.url()}`)
  })
  for (const index of PIECES.keys()) {
    await page.goto(urlOf(`hostile-${index}`))
    const live = await page.evaluate(`[...document.querySelectorAll('main *')].flatMap((element) => [
      ...(/^(script|style|img|svg|math|iframe|object|embed|form|input|base|template)$/i.test(element.tagName) ? [element.tagName] : []),
      ...element.getAttributeNames().filter((name) => /^on|^style$|^src|^name$/.test(name)),
      ...(/^(javascript|data|vbscript):/i.test(element.href ?? '') ? [element.href] : []),
    ])`)
    expect(live, PIECES[index]).toEqual([])
  }
  expect(complaints).toEqual([])
  await page.close()
})
