import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { dirname, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen, stop } from '../../infra/local/listen.ts'
import { renderSite } from '../../runner/site/render-site.ts'
import { SITE_POLICY_HEADER } from '../../shared/site-policy.ts'
import { accessibilityProblems, openBrowser } from '../support/browser.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { contextOf } from '../unit/runner/site/sample-site.ts'
import { KINDS_OF_PAGES, largeSite } from './large-site-pages.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

let browser: Browser
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let served: string
let documents: string[]
/** Under the policy that the service sends. */
const server = createServer(async (request, response) => {
  const path = new URL(request.url ?? '/', served).pathname
  const body = await readFile(join(folder.path, path)).catch(() => undefined)
  const headers = {
    'Content-Type': TYPES[extname(path)] ?? 'text/plain',
    'Content-Security-Policy': SITE_POLICY_HEADER,
  }
  response.writeHead(body ? 200 : 404, headers).end(body)
})

beforeAll(async () => {
  browser = await openBrowser()
  folder = await temporaryFolder('large-site')
  served = await listen(server, '127.0.0.1', 0)
  const { pages, plan } = largeSite()
  const files = await renderSite(pages, { ...contextOf({}), plan })
  for (const { path, body } of files) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    await writeFile(join(folder.path, path), body)
  }
  documents = files.map(({ path }) => path).filter((path) => path.endsWith('.html'))
})
afterAll(async () => {
  await browser.close()
  await stop(server)
  await folder[Symbol.asyncDispose]()
})

const places = {
  'a folder': () => pathToFileURL(`${folder.path}/`).href,
  'the service': () => `${served}/`,
}

/** Console errors, uncaught exceptions, and requests that fail or go elsewhere. */
function complaintsOf(page: Page, base: string): string[] {
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) complaints.push(request.url())
  })
  // A request that is under way when the next page is opened is aborted.
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${reason}`)
  })
  return complaints
}

test.each([
  { place: 'the service', colorScheme: 'light', width: 1280 },
  { place: 'the service', colorScheme: 'dark', width: 1280 },
  { place: 'the service', colorScheme: 'light', width: 360 },
  { place: 'the service', colorScheme: 'dark', width: 360 },
  // The files are the same there, but not how the browser loads them.
  { place: 'a folder', colorScheme: 'light', width: 360 },
  { place: 'a folder', colorScheme: 'dark', width: 1280 },
] as const)(
  'each kind of page, the search and the drawer are accessible and fit: $place, $colorScheme, $width px',
  async (mode) => {
    const base = places[mode.place]()
    const page = await browser.newPage({ ...mode, viewport: { width: mode.width, height: 800 } })
    const complaints = complaintsOf(page, base)
    for (const file of ['index.html', '404.html', ...KINDS_OF_PAGES.map((slug) => `${slug}.html`)]) {
      await page.goto(base + file)
      await page.evaluate('for (const folded of document.querySelectorAll("details")) folded.open = true')
      expect(await accessibilityProblems(page), file).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), file).toBe(true)
    }
    await page.goto(`${base}overview.html`)
    await page.keyboard.press('/')
    await page.getByRole('combobox').fill('part')
    await page.getByRole('option').first().waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('combobox').waitFor({ state: 'hidden' })
    if (mode.width < 1_000) {
      await page.getByRole('button', { name: 'Menu' }).press('Enter')
      await page.locator('main[inert]').waitFor({ state: 'attached' })
      expect(await accessibilityProblems(page, '#pages')).toEqual([])
    }
    expect(complaints).toEqual([])
    await page.close()
  },
)

test.each(Object.keys(places) as (keyof typeof places)[])(
  'all 60 pages open from %s without an error, and without a request to anywhere else',
  async (place) => {
    expect(documents).toHaveLength(62)
    const base = places[place]()
    const page = await browser.newPage()
    const complaints = complaintsOf(page, base)
    for (const file of documents) {
      await page.goto(base + file, { waitUntil: 'domcontentloaded' })
      const counts = await page.evaluate('["h1", "nav#pages a"].map((each) => document.querySelectorAll(each).length)')
      expect(counts, file).toEqual([1, 60])
    }
    expect(complaints).toEqual([])
    await page.close()
  },
)
