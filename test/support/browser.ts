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

/** What axe finds wrong with a page, or with a part of it, in words. */
export async function accessibilityProblems(page: Page, part?: string): Promise<string[]> {
  // Colours are those of the end: what slides in is half transparent on its way.
  await page.evaluate(ANIMATIONS_END)
  // Not as a script of the page, which its policy would refuse.
  await page.evaluate(axe.source)
  // Preloading would fetch the stylesheets, which a site's policy refuses.
  const options = JSON.stringify({ preload: false, resultTypes: ['violations'] })
  const { violations } = (await page.evaluate(`axe.run(${part ? `${JSON.stringify(part)}, ` : ''}${options})`)) as {
    violations: { id: string; nodes: { html: string }[] }[]
  }
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

/** Ends them instead of waiting for frames, which a busy machine may not draw. */
const ANIMATIONS_END = `document
  .getAnimations()
  .filter(({ effect }) => effect.getComputedTiming().endTime < Infinity)
  .forEach((animation) => animation.finish())`
