import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { drawDiagrams } from '../../runner/site/diagrams/draw-diagrams.ts'
import { renderSite } from '../../runner/site/render-site.ts'
import { openBrowser } from '../support/browser.ts'
import { COURIER_CONTEXT, COURIER_PAGES, courierFormer } from './courier-site.ts'
import { serveSite } from './serve-site.ts'

interface Shot {
  name: string
  file: string
  options?: BrowserContextOptions
  /** What a reader does first. */
  act?(page: Page): Promise<unknown>
}

const wide = { viewport: { width: 1280, height: 800 } }
const phone = { viewport: { width: 390, height: 800 } }
const search = async (page: Page) => {
  await page.keyboard.press('/')
  await page.getByRole('combobox').fill('delivry')
  await page.getByRole('option').first().waitFor()
}

const shots: Shot[] = [
  { name: 'landing', file: 'index.html' },
  { name: 'article', file: 'overview.html' },
  { name: 'reference', file: 'options.html' },
  { name: 'search', file: 'overview.html', act: search },
  { name: 'what-changed', file: 'what-changed.html' },
  { name: 'dark', file: 'overview.html', options: { colorScheme: 'dark' } },
  { name: 'phone', file: 'options.html', options: phone },
  { name: 'print', file: 'overview.html', act: async (page) => await page.emulateMedia({ media: 'print' }) },
]

const folder = new URL('../../docs/screenshots/', import.meta.url).pathname

/** Makes the pictures of a site that the documentation shows. */
const files = await renderSite(COURIER_PAGES, COURIER_CONTEXT, { draw: drawDiagrams, former: await courierFormer() })
await using site = await serveSite(files)
const browser = await openBrowser()
try {
  await mkdir(folder, { recursive: true })
  for (const shot of shots) {
    const picture = await take(browser, shot)
    await writeFile(join(folder, `${shot.name}.webp`), picture)
    console.log(`${shot.name}.webp  ${(picture.length / 1024).toFixed(0)} KB`)
  }
} finally {
  await browser.close()
}

async function take(from: Browser, { file, options, act }: Shot): Promise<Buffer> {
  const context = await from.newContext({ ...wide, colorScheme: 'light', reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  await page.goto(site.url + file)
  await act?.(page)
  const session = await context.newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 })
  await context.close()
  return Buffer.from(data, 'base64')
}
