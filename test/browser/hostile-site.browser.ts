import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderSite } from '../../runner/site/render-site.ts'
import { putObject } from '../../shared/aws/site-store.ts'
import { variantKey } from '../../shared/variant.ts'
import { makeVariant, variantOf } from '../contract/variant-makers.ts'
import { openBrowser } from '../support/browser.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import { contextOf, pagesOf } from '../unit/runner/site/sample-site.ts'

let gateways: Gateways
let browser: Browser
let url: string

/** A site whose markdown is hostile, and a page that got past the sanitiser, beside a site that it wants to read. */
beforeAll(async () => {
  gateways = await startGateways(1, { SECURE_COOKIES: 'false' })
  url = gateways.urls[0] ?? ''
  browser = await openBrowser()
  const markdown = ['/logout', '//logout', '../../../../logout', `${url}/logout`, `${url}/docs/../logout?x#y`]
    .map((address, index) => `[way ${index}](${address})`)
    .join('\n\n')
  const pages = { hostile: `# Hostile\n\n${markdown}`, other: '# Other\n\nWords.' }
  await publish('hostile', await renderSite(pagesOf(pages), contextOf(pages)))
  await publish('secret', [{ path: 'index.html', body: '<!doctype html><title>s</title><p>a secret' }])
})
afterAll(async () => {
  await browser?.close()
  await gateways?.[Symbol.asyncDispose]()
})

const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' }

async function publish(name: string, files: { path: string; body: string | Uint8Array }[]): Promise<void> {
  const variant = variantOf('admin', 'm', name)
  const prefix = `${variantKey(variant)}/site/`
  await makeVariant(gateways.table, variant, { prefix })
  const attacks = [
    { path: 'attack.html', body: attackPage(files.find(({ path }) => path === 'hostile.html')?.body) },
    {
      path: 'refresh.html',
      body: '<meta name="referrer" content="unsafe-url"><meta http-equiv="refresh" content="0;url=/logout">',
    },
  ]
  for (const { path, body } of [...files, ...attacks]) {
    const type = Object.entries(TYPES).find(([extension]) => path.endsWith(`.${extension}`))?.[1] ?? 'text/plain'
    await putObject(gateways.bucket, prefix + path, body, type)
  }
}

/** Everything that the browser would do for a page with markup of its own, on the service's origin. */
const attackPage = (page: string | Uint8Array = ''): string =>
  String(page).replace(
    '<div class="content">',
    `<div class="content">
    <meta name="referrer" content="unsafe-url">    <img src="/logout"><img src="/logout" referrerpolicy="unsafe-url"><iframe src="/logout"></iframe>
    <iframe id="frame" src="/docs/secret/claude/m/index.html"></iframe><object data="/logout"></object>
    <link rel="stylesheet" href="/logout"><link rel="prefetch" href="/logout"><script src="/logout"></script>
    <script>globalThis.ran = true; fetch('/api/admin/users', { method: 'POST', body: '{"username":"mallory","role":"admin"}' })</script>
    <form id="write" action="/api/admin/users" method="post" enctype="text/plain"><input name='{"username":"mallory","role":"admin","x":"' value='"}'></form>
    <form id="out" action="/api/auth/logout" method="post"></form><form id="get" action="/logout"></form>
    <a id="leave" href="/logout">out</a><a id="ping" href="#x" ping="/api/auth/logout">ping</a>
    <a id="loud" href="/logout" referrerpolicy="unsafe-url" target="_blank" rel="opener">out</a>
    <a id="download" href="/logout" download>out</a>`,
  )

/** A browser in which the admin has logged in as anyone does, by the form. */
async function loggedIn(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${url}/login?next=/docs/hostile/claude/m/hostile.html`)
  await page.getByLabel('Username').fill('admin')
  await page.getByLabel('API key').fill(gateways.adminKey)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL('**/hostile.html')
  return { context, page }
}

const whoIs = async (context: BrowserContext): Promise<number> =>
  (await context.request.get(`${url}/api/auth/me`)).status()

/** A redirect keeps the fragment of the address. */
const LOGIN = /\/login(#y)?$/

test('no link of a page logs its reader out, whichever way the address is written', async () => {
  const { context, page } = await loggedIn()
  const links = page.locator('.content a', { hasText: /^way \d$/ })
  const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))
  // The other addresses lead to no page of the site.
  expect(hrefs).toEqual([`${url}/logout`, `${url}/logout?x#y`])
  for (const index of hrefs.keys()) {
    await page.goto(`${url}/docs/hostile/claude/m/hostile.html`)
    await links.nth(index).click()
    await page.waitForURL(LOGIN)
    expect(await whoIs(context)).toBe(200)
    await page.goto(`${url}/docs/hostile/claude/m/hostile.html`)
    const tab = context.waitForEvent('page')
    await links.nth(index).click({ modifiers: ['Control'] })
    await (await tab).waitForURL(LOGIN)
    expect(await whoIs(context)).toBe(200)
  }
  await context.close()
})

test('a page that got past the sanitiser neither writes through the API nor logs its reader out nor reads another site', async () => {
  const { context, page } = await loggedIn()
  const answered: string[] = []
  // Browsers also report requests that the policy has stopped.
  context.on('response', (response) =>
    answered.push(`${response.request().method()} ${new URL(response.url()).pathname}`),
  )
  await page.goto(`${url}/docs/hostile/claude/m/attack.html`)
  expect(await page.locator('#leave').count()).toBe(1)
  for (const id of ['write', 'out', 'get']) await page.evaluate(`document.getElementById('${id}').submit()`)
  await page.evaluate(`document.getElementById('ping').click()`)
  await page.evaluate(`document.getElementById('download').click()`)
  for (const id of ['leave', 'loud']) {
    await page.goto(`${url}/docs/hostile/claude/m/attack.html`)
    const opened = id === 'loud' ? context.waitForEvent('page') : page
    await page.locator(`#${id}`).click()
    await (await opened).waitForURL(LOGIN)
  }
  expect(answered.filter((request) => request.startsWith('POST') || request.includes('/api/'))).toEqual([])
  expect(answered).not.toContain('GET /docs/secret/claude/m/index.html')
  expect(await whoIs(context)).toBe(200)
  await page.goto(`${url}/docs/hostile/claude/m/refresh.html`)
  await page.waitForURL(LOGIN)
  expect(await whoIs(context)).toBe(200)
  const { users } = await (await context.request.get(`${url}/api/admin/users`)).json()
  expect(users).toEqual([])
  await context.close()
})

test('a page in a deeper folder leads back to the site, and an unknown one to the service', async () => {
  const { context, page } = await loggedIn()
  await page.goto(`${url}/docs/hostile/claude/m/gone/deep/page.html`)
  await page.getByRole('link', { name: 'Go to the start page' }).click()
  await page.waitForURL(`${url}/docs/hostile/claude/m/`)
  const missing = await page.goto(`${url}/docs/none/claude/m/a.html`)
  expect(missing?.status()).toBe(404)
  expect(await page.getByRole('link').evaluate((link) => (link as HTMLAnchorElement).href)).toBe(`${url}/`)
  await context.close()
})
