import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { accessibilityProblems, openBrowser } from '../support/browser.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { root, startServiceProcess, temporaryFolder } from '../support/service-process.ts'

let browser: Browser
let folder: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  browser = await openBrowser()
  folder = await temporaryFolder('browser')
  await makeRepository(join(folder.path, 'adder'), sampleFiles)
  const site = join(folder.path, 'site')
  await promisify(execFile)(
    process.execPath,
    [`${root}infra/local/demo.ts`, join(folder.path, 'adder'), '--once', '--out', site],
    { env: { PATH: process.env.PATH, HOME: folder.path, DATA_DIR: join(folder.path, 'data') } },
  )
})
afterAll(async () => {
  await browser.close()
  await folder[Symbol.asyncDispose]()
})

/** Collects a page's console errors and failed requests. */
function listen(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`))
  return complaints
}

test('a site opens from a folder, is styled, and can be read to the end by following links with the keyboard', async () => {
  const page = await browser.newPage()
  const complaints = listen(page)
  await page.goto(pathToFileURL(join(folder.path, 'site/index.html')).href)
  expect(await page.evaluate('getComputedStyle(document.body).margin')).toBe('0px')
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content')
  await page.getByRole('link', { name: 'Start with Overview' }).press('Enter')
  const read = new Set<string>()
  for (;;) {
    read.add(await page.getByRole('heading', { level: 1 }).innerText())
    const next = page.getByRole('link', { name: /^Next/ })
    if ((await next.count()) === 0) break
    await next.press('Enter')
  }
  const pages = readdirSync(join(folder.path, 'site')).filter((file) => file.endsWith('.html'))
  expect(read.size).toBe(pages.length - 2)
  expect(complaints).toEqual([])
  await page.close()
})

test('the sources of a page expand by keyboard and are printed', async () => {
  const page = await browser.newPage()
  await page.goto(pathToFileURL(join(folder.path, 'site/overview.html')).href)
  const source = page.locator('.sources li').first()
  expect(await source.isVisible()).toBe(false)
  await page.emulateMedia({ media: 'print' })
  expect(await source.isVisible()).toBe(true)
  await page.emulateMedia({ media: 'screen' })
  await page.locator('.sources summary').press('Enter')
  expect(await source.isVisible()).toBe(true)
  await page.close()
})

test.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 390 },
] as const)('every page is accessible and fits: $colorScheme, $width px wide', async ({ colorScheme, width }) => {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } })
  for (const file of readdirSync(join(folder.path, 'site')).filter((name) => name.endsWith('.html'))) {
    await page.goto(pathToFileURL(join(folder.path, 'site', file)).href)
    await page.evaluate('for (const folded of document.querySelectorAll("details")) folded.open = true')
    expect(await accessibilityProblems(page), file).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), file).toBe(true)
  }
  await page.close()
})

test('the service serves a site under a policy that allows only its own scripts, where search engines may list it if that is set', async () => {
  const service = await startServiceProcess(join(folder.path, 'data'), { AI_MODEL: 'stand-in', SITE_INDEXABLE: 'true' })
  try {
    expect((await apiOf(service).get('/api/projects/adder/claude/stand-in')).json).toMatchObject({ status: 'ready' })
    const page = await browser.newPage({ extraHTTPHeaders: { Authorization: `Bearer ${service.adminKey}` } })
    const complaints = listen(page)
    const response = await page.goto(`${service.url}/docs/adder/claude/stand-in`)
    expect(response?.headers()['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self' 'sha256-[^']+'; .*connect-src 'none'/,
    )
    expect(response?.headers()).not.toHaveProperty('x-robots-tag')
    await page.getByRole('link', { name: 'Start with Overview' }).click()
    await page.waitForURL('**/overview.html')
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Overview')
    expect(await page.evaluate('getComputedStyle(document.body).margin')).toBe('0px')
    await page.getByRole('button', { name: /^Theme/ }).click()
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    expect(complaints).toEqual([])
    const missing = await page.goto(`${service.url}/docs/adder/claude/stand-in/gone.html`)
    expect(missing?.status()).toBe(404)
    await page.getByRole('link', { name: 'Go to the start page' }).click()
    await page.waitForURL('**/index.html')
    await page.close()
  } finally {
    await service.stop()
  }
})
