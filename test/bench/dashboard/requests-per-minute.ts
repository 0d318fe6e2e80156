import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import type { SampleService } from '../../support/sample-service.ts'
import type { Script } from '../../support/scripted-cli.ts'
import type { BrowserState } from './log-in-to.ts'

interface Rate {
  what: string
  /** A minute. */
  requests: number
  /** Those that were answered with 304. */
  unchanged: number
}

/** One generation ends, another one does not. */
export const script: Script = { slugs: ['one', 'two'], models: { endless: { pages: { two: 'hang' } } } }

const watching = (model: string): string =>
  `?${new URLSearchParams({ screen: 'watch', name: 'adder', branch: 'main', provider: 'claude', model, owner: 'admin' })}`

interface State {
  what: string
  screen: string
  isHidden?: boolean
}

const quiet: State[] = [
  { what: 'Projects, nothing generates', screen: '' },
  { what: 'Queue, nothing generates', screen: '?screen=queue' },
  { what: 'A finished generation', screen: watching('done') },
  { what: 'Generate', screen: '?screen=generate' },
  { what: 'Users', screen: '?screen=users' },
  { what: 'Account', screen: '?screen=account' },
]
const busy: State[] = [
  { what: 'Projects, one generates', screen: '' },
  { what: 'Queue, one generates', screen: '?screen=queue' },
  { what: 'A generation that runs', screen: watching('endless') },
  { what: 'The same, in a hidden tab', screen: watching('endless'), isHidden: true },
]

const SETTLED_MS = 10_000

/** Counts the requests of tabs that stay open: all that are in the same state of the service at the same time. */
export async function requestsPerMinute(
  browser: Browser,
  { api, service, repository }: SampleService,
  state: BrowserState,
  seconds: number,
): Promise<Rate[]> {
  const { url } = service
  const generate = async (ai_model: string): Promise<string> =>
    (await api.post('/api/generate', { repo_path: repository, ai_model })).json.generation_id
  const count = async (states: State[]) =>
    await Promise.all(states.map(async (each) => await countIn(browser, url, state, each, seconds)))
  await api.settled(await generate('done'))
  const rates = await count(quiet)
  await generate('endless')
  return [...rates, ...(await count(busy))]
}

async function countIn(
  browser: Browser,
  url: string,
  storageState: BrowserState,
  { what, screen, isHidden = false }: State,
  seconds: number,
): Promise<Rate> {
  const context = await browser.newContext({ storageState })
  const page = await context.newPage()
  await page.goto(`${url}/${screen}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByText(/^Loading/).waitFor({ state: 'detached' })
  if (isHidden) await page.evaluate(HIDE)
  // The first load does not count.
  await sleep(SETTLED_MS)
  // What the browser answers from its cache looks like 200 to the page; only the network knows about 304.
  const network = await context.newCDPSession(page)
  await network.send('Network.enable')
  const statuses: number[] = []
  network.on('Network.responseReceivedExtraInfo', ({ statusCode }) => statuses.push(statusCode))
  await sleep(seconds * 1_000)
  await context.close()
  const perMinute = (count: number) => (count * 60) / seconds
  return {
    what,
    requests: perMinute(statuses.length),
    unchanged: perMinute(statuses.filter((status) => status === 304).length),
  }
}

/** A headless browser shows every tab. */
const HIDE = `
  Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
`
