import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Chromium without the background connections that a closed network would refuse. */
export const openBrowser = async (args: readonly string[] = []): Promise<Browser> =>
  await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  })

/** What axe finds wrong with a page, in words. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Not as a script of the page, which its policy would refuse.
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string }[] }[]
  }
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}
