import type { Browser, BrowserContext } from 'playwright-core'

export type BrowserState = Awaited<ReturnType<BrowserContext['storageState']>>

/** The cookies of a browser in which the admin has logged in. */
export async function logInTo(browser: Browser, url: string, key: string): Promise<BrowserState> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${url}/login`)
  await page.getByLabel('Username').fill('admin')
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
  const state = await context.storageState()
  await context.close()
  return state
}
