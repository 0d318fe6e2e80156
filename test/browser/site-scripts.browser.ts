import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { dirname, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen, stop } from '../../infra/local/listen.ts'
import { drawDiagrams } from '../../runner/site/diagrams/draw-diagrams.ts'
import { renderSite } from '../../runner/site/render-site.ts'
import { SITE_POLICY_HEADER } from '../../shared/site-policy.ts'
import { accessibilityProblems, openBrowser } from '../support/browser.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { waitFor } from '../support/wait.ts'
import { contextOf, pagesOf } from '../unit/runner/site/sample-site.ts'
import { FORMER_SITE, SAMPLE_IMAGES, SAMPLE_PAGES } from './sample-pages.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.md': 'text/markdown; charset=utf-8',
}

let browser: Browser
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let served: string
/** Serves the folder with the headers that the service sends. */
const server = createServer(async (request, response) => {
  const path = new URL(request.url ?? '/', served).pathname
  const body = await readFile(join(folder.path, path)).catch(() => undefined)
  const headers = {
    'Content-Type': TYPES[extname(path)] ?? 'text/plain',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': SITE_POLICY_HEADER,
  }
  response.writeHead(body ? 200 : 404, headers).end(body)
})

beforeAll(async () => {
  browser = await openBrowser()
  folder = await temporaryFolder('site-scripts')
  served = await listen(server, '127.0.0.1', 0)
  const plan = contextOf(SAMPLE_PAGES).plan
  const files = await renderSite(
    pagesOf(SAMPLE_PAGES),
    { ...contextOf(SAMPLE_PAGES), plan },
    {
      draw: drawDiagrams,
      images: { read: async (path) => SAMPLE_IMAGES[path], mask: async (text) => text },
      former: FORMER_SITE,
    },
  )
  for (const { path, body } of files) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    await writeFile(join(folder.path, path), body)
  }
})
afterAll(async () => {
  await browser.close()
  await stop(server)
  await folder[Symbol.asyncDispose]()
})

interface Opened extends AsyncDisposable {
  page: Page
  /** Console errors, uncaught exceptions and requests to anywhere else. */
  complaints: string[]
}

async function open(url: string, options: BrowserContextOptions = {}, initScript = ''): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    const to = request.url()
    if (!to.startsWith('file:') && !to.startsWith(served) && !to.startsWith('data:')) complaints.push(to)
  })
  if (initScript !== '') await page.addInitScript(initScript)
  await page.goto(url)
  return { page, complaints, [Symbol.asyncDispose]: async () => await context.close() }
}

const inFolder = (file: string) => pathToFileURL(join(folder.path, file)).href
const onServer = (file: string) => `${served}/${file}`
const phone = { viewport: { width: 360, height: 740 } }
const theme = async (page: Page) => await page.evaluate('document.documentElement.dataset.theme ?? "auto"')
const focused = async (page: Page) => await page.evaluate('document.activeElement.className')

describe.each([
  { place: 'a folder', at: inFolder },
  { place: 'the service', at: onServer },
])('a site from $place', ({ at }) => {
  test('changes its theme by keyboard, and the next page has it before it is drawn', async () => {
    await using opened = await open(at('overview.html'), { colorScheme: 'light' })
    const { page, complaints } = opened
    const button = page.getByRole('button', { name: /^Theme/ })
    await button.press('Enter')
    expect(await theme(page)).toBe('dark')
    expect(await button.getAttribute('aria-label')).toBe('Theme: dark')
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(15, 18, 24)')
    await page.goto(at('delivery.html'), { waitUntil: 'commit' })
    // Not `waitForFunction`, which the policy keeps from looking more than once.
    await waitFor(
      'the stored theme',
      async () => await theme(page),
      (found) => found === 'dark',
    )
    for (const expected of ['light', 'auto']) {
      await button.press('Enter')
      expect(await theme(page)).toBe(expected)
    }
    expect(complaints).toEqual([])
  })

  test("shows each diagram in its theme's colours, and the light one on paper", async () => {
    await using opened = await open(at('diagrams.html'), { colorScheme: 'dark' })
    const { page, complaints } = opened
    const shown = async () =>
      await page.evaluate(
        '[...new Set([...document.querySelectorAll(".diagram img")].filter((one) => one.checkVisibility()).map((one) => one.className))]',
      )
    const images = '[...document.querySelectorAll(".diagram img")]'
    expect(await page.evaluate(`${images}.length`)).toBe(10)
    const areLoaded = `${images}.every((one) => one.complete && one.naturalWidth > 0)`
    await waitFor('the pictures', async () => await page.evaluate(areLoaded), Boolean)
    expect(await shown()).toEqual(['on-dark'])
    await page.emulateMedia({ media: 'print' })
    expect(await shown()).toEqual(['on-light'])
    await page.emulateMedia({ media: 'screen' })
    const button = page.getByRole('button', { name: /^Theme/ })
    const after: unknown[] = []
    for (const _ of ['dark or light', 'the other', 'auto']) {
      await button.press('Enter')
      after.push([await theme(page), await shown()])
    }
    expect(after).toContainEqual(['light', ['on-light']])
    expect(after).toContainEqual(['dark', ['on-dark']])
    expect(after).toContainEqual(['auto', ['on-dark']])
    expect(await accessibilityProblems(page)).toEqual([])
    await page.setViewportSize(phone.viewport)
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(complaints).toEqual([])
  })

  test('leads from the start page and from an article to what changed, which is read and unfolded by keyboard', async () => {
    await using opened = await open(at('index.html'))
    const { page, complaints } = opened
    await page.getByRole('main').getByRole('link', { name: 'What changed' }).press('Enter')
    await page.waitForURL('**/what-changed.html')
    const difference = page.locator('.difference')
    expect(await difference.locator('ins').allInnerTexts()).toEqual([
      expect.stringMatching(/^\+.*It keeps messages until they are delivered\.$/s),
    ])
    await difference.locator('summary').press('Enter')
    expect(await difference.locator('ins').isVisible()).toBe(false)
    await page.getByRole('main').getByRole('link', { name: 'Title of overview' }).press('Enter')
    await page.waitForURL('**/overview.html')
    await page.getByRole('contentinfo').getByRole('link', { name: 'What changed' }).press('Enter')
    await page.waitForURL('**/what-changed.html')
    expect(complaints).toEqual([])
  })

  test('shows the images of the repository, which fit, and loads none from elsewhere', async () => {
    await using opened = await open(at('images.html'), phone)
    const { page, complaints } = opened
    const images = '[...document.querySelectorAll(".content img")]'
    const areLoaded = `${images}.every((one) => one.complete && one.naturalWidth > 0)`
    await waitFor('the images', async () => await page.evaluate(areLoaded), Boolean)
    const [one, boxes, wide] = (await page.evaluate(`${images}.map((one) => [one.width, one.height])`)) as number[][]
    expect([one, boxes]).toEqual([
      [1, 1],
      [40, 20],
    ])
    // Made smaller, in its proportions.
    expect(wide?.[0]).toBeGreaterThan(200)
    expect(wide?.[1]).toBe(Math.round((wide?.[0] ?? 0) / 30))
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(await page.getByRole('link', { name: 'elsewhere' }).getAttribute('href')).toBe(
      'https://elsewhere.test/a.png',
    )
    expect(await accessibilityProblems(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  test('is searched by keyboard alone, with a mistake, and the result leads to the heading', async () => {
    await using opened = await open(at('overview.html'))
    const { page, complaints } = opened
    for (const keys of ['/', 'Control+k']) {
      await page.keyboard.press(keys)
      const field = page.getByRole('combobox')
      await field.waitFor()
      expect(await focused(page)).toBe('search-input')
      await page.keyboard.press('Escape')
      await field.waitFor({ state: 'hidden' })
    }
    await page.getByRole('button', { name: 'Search' }).press('Enter')
    await page.keyboard.type('retris')
    await page.getByRole('option').first().waitFor()
    expect(await page.locator('.search-group').first().getAttribute('aria-labelledby')).toBe('search-page-0')
    expect(await page.locator('.search mark').first().innerText()).toBe('Retries')
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/delivery.html#section-retries')
    expect(complaints).toEqual([])
  })

  test('says what a search does not find', async () => {
    await using opened = await open(at('overview.html'))
    await opened.page.keyboard.press('/')
    await opened.page.getByRole('combobox').fill('xyzzy')
    await opened.page.getByText('Nothing found for “xyzzy”').waitFor()
    expect(opened.complaints).toEqual([])
  })

  test('has a drawer on a phone: the rest is inert, and Escape gives the focus back', async () => {
    await using opened = await open(at('overview.html'), phone)
    const { page, complaints } = opened
    expect(await page.locator('#pages').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Menu' }).press('Enter')
    await page.locator('main[inert]').waitFor({ state: 'attached' })
    expect(await focused(page)).toBe('close')
    // Of the page, only the drawer is not inert.
    expect(await accessibilityProblems(page, '#pages')).toEqual([])
    await page.keyboard.press('Escape')
    await page.locator('main:not([inert])').waitFor()
    expect(await focused(page)).toBe('menu')
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.locator('#pages').getByRole('link', { name: 'Title of delivery' }).press('Enter')
    await page.waitForURL('**/delivery.html')
    expect(complaints).toEqual([])
  })

  test('copies code without line numbers, and wraps lines by choice', async () => {
    await using opened = await open(at('overview.html'))
    const { page, complaints } = opened
    await page.evaluate(`navigator.clipboard.writeText = async (text) => { globalThis.copied = text }`)
    const excerpt = page.locator('figure')
    await excerpt.getByRole('button', { name: 'Copy' }).press('Enter')
    await page.getByRole('status').getByText('Copied').waitFor()
    expect(await page.evaluate('copied')).toMatch(/^export async function accept[\s\S]*\n\}\n?$/)
    const scrolls =
      'document.querySelector("figure pre").scrollWidth > document.querySelector("figure pre").clientWidth'
    expect(await page.evaluate(scrolls)).toBe(true)
    const wrap = excerpt.getByRole('button', { name: 'Wrap lines' })
    await wrap.press('Enter')
    expect(await wrap.getAttribute('aria-pressed')).toBe('true')
    expect(await page.evaluate(scrolls)).toBe(false)
    await page.reload()
    expect(await page.evaluate(scrolls)).toBe(false)
    expect(complaints).toEqual([])
  })

  test('copies a page as markdown', async () => {
    await using opened = await open(at('overview.html'))
    const { page, complaints } = opened
    await page.evaluate(`navigator.clipboard.writeText = async (text) => { globalThis.copied = text }`)
    await page.getByRole('button', { name: 'Copy as Markdown' }).press('Enter')
    await page.getByRole('status').getByText('Copied').waitFor()
    expect(await page.evaluate('copied')).toContain('# Overview\n\nCourier is a small, durable mail queue.')
    expect(complaints).toEqual([])
  })
})

test('the contents mark the section that is read, the last one at the end, and the one that was clicked', async () => {
  await using opened = await open(inFolder('delivery.html'), { reducedMotion: 'reduce' })
  const { page } = opened
  const current = page.locator('.toc [aria-current]')
  await page.evaluate('document.getElementById("section-retries").scrollIntoView()')
  await current.getByText('Retries').waitFor()
  await page.evaluate('scrollTo(0, document.body.scrollHeight)')
  await current.getByText('Last').waitFor()
  await page.locator('.toc').getByText('End').click()
  await current.getByText('End').waitFor()
  expect(await current.count()).toBe(1)
})

test('a wide table scrolls in its own region, keeps its first column, and another one takes no focus', async () => {
  await using opened = await open(inFolder('options.html'), phone)
  const { page } = opened
  const regions = page.locator('.scroll')
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  // On a phone the first column would take too much of it.
  expect(await page.locator('.keeps-first').count()).toBe(0)
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.locator('.keeps-first').waitFor()
  expect(await regions.first().getAttribute('aria-label')).toBe('Table, scrolls sideways')
  expect(await regions.last().getAttribute('tabindex')).toBe('-1')
  const leftOf = async () => await page.evaluate('document.querySelector("td").getBoundingClientRect().left')
  const before = await leftOf()
  await page.evaluate('document.querySelector(".scroll").scrollLeft = 200')
  expect(await leftOf()).toBe(before)
})

test.each([
  ['storage is forbidden', 'Object.defineProperty(globalThis, "localStorage", { get() { throw new Error("no") } })'],
  ['the stored theme is none of ours', 'try { localStorage.setItem("docsfy-theme", "purple") } catch {}'],
])('where %s, the theme is the system’s and can be changed', async (_, initScript) => {
  await using opened = await open(inFolder('overview.html'), {}, initScript)
  expect(await theme(opened.page)).toBe('auto')
  await opened.page.getByRole('button', { name: /^Theme/ }).click()
  expect(await theme(opened.page)).toBe('dark')
  expect(opened.complaints).toEqual([])
})

test('one part that fails takes no other with it', async () => {
  await using opened = await open(inFolder('options.html'), {}, 'delete globalThis.ResizeObserver')
  expect(opened.complaints).toHaveLength(1)
  await opened.page.getByRole('button', { name: /^Theme/ }).click()
  await opened.page.keyboard.press('/')
  await opened.page.getByRole('combobox').waitFor()
})

test('without scripts everything can be read and reached, and what needs them is disabled', async () => {
  await using opened = await open(inFolder('overview.html'), { ...phone, javaScriptEnabled: false })
  const { page } = opened
  expect(await page.getByRole('button', { name: 'Search' }).isDisabled()).toBe(true)
  await page.locator('.toc summary').click()
  expect(await page.locator('.toc a').first().isVisible()).toBe(true)
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.locator('#pages').getByRole('link', { name: 'Title of options' }).click()
  await page.waitForURL('**/options.html')
})

test.each([
  { colorScheme: 'light', ...phone },
  { colorScheme: 'dark', ...phone },
  { colorScheme: 'light' },
  { colorScheme: 'dark' },
] as const)('every kind of page is accessible and fits: %o', async (options) => {
  await using opened = await open(inFolder('index.html'), options)
  for (const file of ['index.html', 'overview.html', 'options.html', 'what-changed.html', '404.html']) {
    await opened.page.goto(inFolder(file))
    expect(await accessibilityProblems(opened.page), file).toEqual([])
    expect(await opened.page.evaluate('document.documentElement.scrollWidth <= innerWidth'), file).toBe(true)
  }
  expect(opened.complaints).toEqual([])
})

test('a page that got past the sanitiser runs and sends nothing under the service’s policy', async () => {
  const attack = `<script>globalThis.ran = 'inline'</script><img src=x onerror="globalThis.ran = 'handler'">
    <script src="attack.md"></script><script src="data:text/javascript,ran='data'"></script>
    <a id=go href="javascript:globalThis.ran='link'">go</a><iframe srcdoc="<script>parent.ran='frame'</script>"></iframe>
    <base href="https://evil.example/"><form action="/api/auth/logout" method="post"><button id=send>Send</button></form>
    <style>body { display: none }</style><link rel=stylesheet href="data:text/css,body{display:none}">`
  const page = await readFile(join(folder.path, 'overview.html'), 'utf8')
  await writeFile(
    join(folder.path, 'attack.html'),
    page.replace('<div class="content">', `<div class="content">${attack}`),
  )
  await writeFile(join(folder.path, 'attack.md'), "globalThis.ran = 'markdown'")
  await using opened = await open(onServer('attack.html'))
  const { page: hostile } = opened
  // Not by playwright's own click, which would wait for the navigation.
  await hostile.evaluate('document.querySelector("#go").click(); document.querySelector("#send").click()')
  expect(await hostile.evaluate('globalThis.ran ?? "nothing"')).toBe('nothing')
  expect(new URL(hostile.url()).pathname).toBe('/attack.html')
  expect(await hostile.evaluate('getComputedStyle(document.body).display')).toBe('flex')
  await hostile.evaluate('document.querySelector(".theme-button").click()')
  expect(await theme(hostile)).toBe('dark')
})
