import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser.ts'
import { waitFor } from '../support/wait.ts'
import type { Site } from './render.ts'
import { startTrapServer, type TrapServer } from './trap-server.ts'
import type { Vector } from './vector.ts'

export interface Numbered extends Vector {
  number: number
}

/** A page with vectors in it. All that a vector runs or requests reports its number. */
export interface TrapPage {
  site: Site
  /** The page's path in its site. */
  path: string
  vectors: readonly Numbered[]
}

/** What came of some pages. */
export interface Catch {
  /** The numbers of the vectors that ran, requested something elsewhere, or had their effect. */
  bitten: Set<number>
  /** What the pages hold that no page may hold, whether it does something or not. */
  live: string[]
}

export interface Trap extends AsyncDisposable {
  /** Opens pages, does there what readers could do, and stays until all of it has happened, and all that is expected to bite has. */
  open(pages: readonly TrapPage[], expected?: ReadonlySet<number>): Promise<Catch>
}

/**
 * Starts a browser that obeys everything on a page, without a content security policy, and for which one server of ours is every
 * server there is. Pages stand in frames, some dozens at a time; what a reader could do there is in `trap-script.js`.
 */
export async function startTrap(): Promise<Trap> {
  const bitten = new Set<number>()
  const server = await startTrapServer((number) => bitten.add(number))
  const browser = await openBrowser([`--host-resolver-rules=MAP * 127.0.0.1:${server.port}`, '--no-proxy-server'])
  return {
    open: async (pages, expected = new Set()) => {
      bitten.clear()
      const live: string[] = []
      for (let at = 0; at < pages.length; at += AT_ONCE) {
        await openSome(browser, server, pages.slice(at, at + AT_ONCE), { expected, bitten, live })
      }
      return { bitten: new Set([...bitten].filter((number) => number >= 0)), live }
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close()
      await server[Symbol.asyncDispose]()
    },
  }
}

const AT_ONCE = 48

async function openSome(
  browser: Browser,
  { files }: TrapServer,
  pages: readonly TrapPage[],
  { expected, bitten, live }: Catch & { expected: ReadonlySet<number> },
): Promise<void> {
  const byAddress = new Map(pages.map((page, index) => [`/${index}/${page.path}`, page]))
  for (const [index, { site }] of pages.entries()) {
    for (const [path, body] of site) files.set(`/${index}/${path}`, withSharedStyles(body))
    files.set('/style.css', site.get('assets/style.css') ?? '')
  }
  files.set('/', `<!doctype html>${framesOf(byAddress.keys())}`)

  const visited = new Set<string>()
  await using context = await browser.newContext()
  await context.addInitScript(await script(pages))
  await context.exposeFunction('hit', (number: unknown) => void bitten.add(Number(number)))
  await context.exposeFunction('visited', (address: string, found: string[]) => {
    visited.add(address)
    const numbers = byAddress.get(address)?.vectors.map(({ number }) => number)
    live.push(...found.map((what) => `${what} in the page of ${numbers}`))
  })
  const page = await context.newPage()
  await page.goto('http://site.test/', { waitUntil: 'commit' })
  const isOpening = (address: string, { vectors }: TrapPage) =>
    !visited.has(address) && vectors.every(({ number }) => !bitten.has(number))
  await waitForNone('pages to open', () => [...byAddress].flatMap(([at, one]) => (isOpening(at, one) ? [at] : [])))
  await takeBait(page, files, bitten)

  const numbers = pages.flatMap(({ vectors }) => vectors.map(({ number }) => number))
  const late = () => numbers.filter((number) => expected.has(number) && !bitten.has(number))
  // Those that never bite are missing in the answer: the caller can name them all.
  await waitForNone('vectors to bite', late).catch(() => undefined)
}

/** The browser parses a style sheet once for all pages that name the same one. */
const withSharedStyles = (html: string): string => html.replace('href="assets/style.css"', 'href="/style.css"')

const framesOf = (addresses: Iterable<string>): string =>
  [...addresses].map((address) => `<iframe src="${address}" width="60" height="40"></iframe>`).join('')

const waitForNone = async (what: string, look: () => unknown[]) =>
  await waitFor(what, look, ({ length }) => length === 0)

async function script(pages: readonly TrapPage[]): Promise<string> {
  const effects = pages.map(({ vectors }) => {
    const functions = vectors.flatMap(({ number, effect }) => (effect ? `[${number}, () => ${effect}]` : []))
    return `[${functions}]`
  })
  const usesScripts = pages.map(({ vectors }) => vectors.some(({ place }) => place === 'search' || place === 'copied'))
  const source = await readFile(new URL('trap-script.js', import.meta.url), 'utf8')
  return `const EFFECTS = [${effects}]\nconst USED = [${usesScripts}]\n${source}`
}

/** Stays until everything has bitten that will bite on the pages before: pages that bite in slow ways are opened last. */
async function takeBait(page: Page, files: Map<string, string>, bitten: Set<number>): Promise<void> {
  const addresses = BAIT.map((html, index) => {
    files.set(`/bait-${index}/`, `<!doctype html>${html}`)
    return `/bait-${index}/`
  })
  for (const number of BAITED) bitten.delete(number)
  await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '${framesOf(addresses)}')`)
  await waitForNone('the bait to be taken', () => BAITED.filter((number) => !bitten.has(number)))
}

const BAIT = [
  '<img src=x onerror=hit(-1)><a href="javascript:hit(-2)">x</a><p style="background:url(http://evil.test/-3)">x</p>',
  '<iframe src="data:text/html,<script>hit(-4)</script>"></iframe><iframe srcdoc="<script>hit(-5)</script>"></iframe>',
  '<form><button formaction="javascript:hit(-6)">x</button></form><img src="http://evil.test/-7">',
  '<style>@keyframes k{}</style><b style="animation:k 1ms" onanimationend=hit(-8)>x</b>',
  '<meta http-equiv="refresh" content="0;url=http://evil.test/-9">',
]
const BAITED = [-1, -2, -3, -4, -5, -6, -7, -8, -9]
