import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { logInTo } from '../bench/dashboard/log-in-to.ts'
import { openBrowser } from '../support/browser.ts'
import { startSampleService } from '../support/sample-service.ts'
import { root } from '../support/service-process.ts'

/** A part of `npm run screenshots`: takes a picture of every screen of the dashboard, light, dark and on a phone. */
const folder = join(root, 'docs', 'screenshots', 'dashboard')
await mkdir(folder, { recursive: true })

const watching = (model: string): string =>
  `/?${new URLSearchParams({ screen: 'watch', name: 'adder', branch: 'main', provider: 'claude', model, owner: 'admin' })}`

const screens: [name: string, path: string][] = [
  ['login', '/login'],
  ['projects', '/'],
  ['generate', '/?screen=generate'],
  ['watch', watching('running')],
  ['failed', watching('half')],
  ['queue', '/?screen=queue'],
  ['users', '/?screen=users'],
  ['account', '/?screen=account'],
]
const looks = [
  { look: 'light', colorScheme: 'light', viewport: { width: 1100, height: 620 } },
  { look: 'dark', colorScheme: 'dark', viewport: { width: 1100, height: 620 } },
  { look: 'phone', colorScheme: 'light', viewport: { width: 360, height: 640 } },
] as const

await using sample = await startSampleService({
  slugs: ['getting-started', 'adding', 'errors', 'reference'],
  models: {
    half: { pages: { errors: 'fail' } },
    running: { pages: { errors: 'hang', reference: 'hang' } },
  },
})
const browser = await openBrowser()
try {
  const generate = async (ai_model: string): Promise<string> =>
    (await sample.api.post('/api/generate', { repo_path: sample.repository, ai_model })).json.generation_id
  for (const model of ['opus', 'sonnet', 'half']) await sample.api.settled(await generate(model))
  await generate('running')
  await sample.cli.untilCalls('two finished pages and two that hang', (calls) => {
    const asked = calls.filter(({ model }) => model === 'running').map(({ what }) => what)
    return asked.includes('errors') && asked.includes('reference')
  })
  await sample.api.post('/api/admin/users', { username: 'vera', role: 'viewer' })
  const storageState = await logInTo(browser, sample.service.url, sample.service.adminKey)
  for (const { look, colorScheme, viewport } of looks) {
    const context = await browser.newContext({ storageState, colorScheme, viewport })
    const page = await context.newPage()
    for (const [name, path] of screens) {
      await page.goto(sample.service.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByText(/^Loading/).waitFor({ state: 'detached' })
      if (name === 'watch') await page.getByText('(finished)').nth(1).waitFor()
      await page.screenshot({ path: join(folder, `${name}-${look}.png`) })
    }
    await context.close()
  }
} finally {
  await browser.close()
}
