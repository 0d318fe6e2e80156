import type { Browser } from 'playwright-core'
import type { VariantView } from '../../../api/variant.ts'
import type { BrowserState } from './log-in-to.ts'

interface Times {
  what: string
  /** Milliseconds from the input to the frame that shows its result. */
  median: number
  slowest: number
}

const VARIANTS = 5_000
const REPEATS = 20

/** Times changes of filter and order on the screen of projects, with a list that the browser is given instead of the service's. */
export async function filterTimes(browser: Browser, url: string, state: BrowserState): Promise<Times[]> {
  const context = await browser.newContext({ storageState: state, viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.route('**/api/status?*', async (route) => {
    const cursor = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0)
    const projects = Array.from({ length: 1_000 }, (_, index) => variantNumber(cursor + index))
    const next = cursor + projects.length
    const more = next < VARIANTS ? { next_cursor: String(next) } : {}
    await route.fulfill({ json: { projects, total_cost_usd: 1, ...more } })
  })
  await page.goto(url)
  await page.getByText(`${VARIANTS} of ${VARIANTS} shown`).waitFor()
  const times: Times[] = []
  for (const [what, label, values] of changes)
    times.push(summary(what, (await page.evaluate(timed(label, values))) as number[]))
  await context.close()
  return times
}

const changes: [what: string, label: string, values: string[]][] = [
  ['A letter typed into Find', 'q', ['p', 'pr', 'pro', 'project-12', '']],
  ['Another status', 'status', ['error', 'ready', '']],
  ['Another owner', 'owner', ['owner-3', 'owner-7', '']],
  ['Another order', 'sort', ['name', 'cost', 'changed']],
]

/** Sets the control as a person does, and waits until the frame after the change is painted. */
const timed = (name: string, values: string[]): string => `(async () => {
  const control = document.querySelector('[name="${name}"]')
  const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), 'value').set
  const values = ${JSON.stringify(values)}
  const times = []
  for (let nth = 0; nth < ${REPEATS}; nth++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const start = performance.now()
    set.call(control, values[nth % values.length])
    control.dispatchEvent(new Event(control.localName === 'select' ? 'change' : 'input', { bubbles: true }))
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    times.push(performance.now() - start)
  }
  return times
})()`

function summary(what: string, times: number[]): Times {
  const sorted = times.toSorted((one, other) => one - other)
  return { what, median: sorted[Math.floor(sorted.length / 2)] ?? 0, slowest: sorted.at(-1) ?? 0 }
}

function variantNumber(number: number): VariantView {
  const time = new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString().slice(0, 19).replace('T', ' ')
  return {
    name: `project-${number % 1_250}`,
    branch: `release-${number % 4}`,
    ai_provider: 'claude',
    ai_model: `model-${number % 3}`,
    owner: `owner-${number % 10}`,
    generation_id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    repo_url: `https://github.com/acme/project-${number % 1_250}`,
    status: number % 5 === 0 ? 'error' : 'ready',
    current_stage: null,
    last_commit_sha: null,
    last_generated: time,
    page_count: 12,
    kept_pages: null,
    error_message: null,
    repo_type: null,
    total_cost_usd: 1,
    estimated_cost_usd: null,
    spent_usd: number % 97,
    created_at: time,
    updated_at: time,
    total_pages: 12,
    failed_pages: [],
    unverified_citations: null,
    masked_secrets: null,
    ref: null,
    attempt: 1,
    queued_at: time,
    started_at: time,
    generation_started_at: null,
    generation_duration: 60,
    queue_position: null,
    waiting_reason: null,
    notes: [],
  }
}
