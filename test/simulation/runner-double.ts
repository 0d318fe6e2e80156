import { PROMPT_VERSION } from '../../runner/ai/answer/prompts.ts'
import { attempt, type Ending, type Job, type Work } from '../../runner/attempt.ts'
import type { Progress } from '../../runner/progress.ts'
import { openKnownSecrets } from '../../runner/secrets/known-secrets.ts'
import { uploadSite } from '../../runner/stages/publish.ts'
import { isUpToDate } from '../../runner/stages/up-to-date.ts'
import { getText, putObject } from '../../shared/aws/site-store.ts'
import { RunnerEnv } from '../../shared/env.ts'
import { DomainError } from '../../shared/errors.ts'
import { type GenerationRecord, parseLease } from '../../shared/generation.ts'
import { addUsd } from '../../shared/money.ts'
import { logKey, storedPageKey, storedPlanKey } from '../../shared/object-keys.ts'
import type { Plan, PlannedPage } from '../../shared/plan.ts'
import type { SimulatedTask } from './ecs-double.ts'
import { bucketOf, tableOf } from './resources.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** The outcome of a runner's work, decided when its task starts. */
export type Fate = 'succeed' | 'dawdle' | 'fail' | 'fail with pages' | 'throw' | 'hang'

/** What the simulation knows about a runner. */
export interface RunnerFacts extends Record<string, unknown> {
  task: SimulatedTask
  fate: Fate
  stop: AbortController
  /** Whether a CLI would be running now. */
  working: boolean
  /** The cost that this runner knows of, including earlier attempts. */
  knownUsd?: number
  claimedAt: number | undefined
  endedAt: number | undefined
  /** The periods in which it was suspended by SIGSTOP. */
  pauses: [from: number, until: number][]
  /** The number of finished pages when it had written its first new one. */
  firstNewPage: number | undefined
}

/** Tells the invariants what the work paid for and published. */
export interface WorkLedger {
  headOf(key: string): string
  paying(key: string): void
  stored(key: string): void
  uploaded(prefix: string, paths: string[]): void
}

const env = RunnerEnv.parse({
  TABLE_NAME: 'docsfy',
  BUCKET_NAME: 'docsfy',
  VARIANT_KEY: 'from the lease',
  GENERATION_ID: '00000000-0000-4000-8000-000000000000',
  ATTEMPT: '1',
  ECS_CONTAINER_METADATA_URI_V4: 'http://metadata',
})

const pages: PlannedPage[] = ['one', 'two', 'three'].map((slug) => ({ slug, title: slug, description: '' }))
const plan: Plan = { project_name: 'sample', tagline: '', navigation: [{ group: 'all', pages }] }

/** Runs the runner's real lifecycle and stores, with work that calls no model. @returns the exit code */
export async function runAttempt(process: SimulatedProcess, ledger: WorkLedger): Promise<number> {
  const facts = process.facts as RunnerFacts
  const lease = parseLease(facts.task.startedBy)
  if (!lease) throw new Error('A task without a lease')
  const bucket = bucketOf(process)
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const close = async () =>
    void (await putObject(bucket, logKey(lease), 'log', 'application/x-ndjson').catch(() => undefined))
  const job: Job = {
    env,
    table: tableOf(process),
    bucket,
    lease: { ...lease, me: facts.task.arn },
    log: { ...log, store: async () => undefined, close },
    secrets: openKnownSecrets(),
    signal: facts.stop.signal,
  }
  const outcome = await attempt(job, workOf(process, facts, ledger))
  process.facts.outcome = outcome
  return outcome === 'terminated' ? 143 : 0
}

const workOf =
  (process: SimulatedProcess, facts: RunnerFacts, ledger: WorkLedger): Work =>
  async (job, record, progress) => {
    facts.working = true
    try {
      return await work(process, facts, ledger, job, record, progress)
    } finally {
      facts.working = false
    }
  }

async function work(
  { world: { random } }: SimulatedProcess,
  facts: RunnerFacts,
  ledger: WorkLedger,
  job: Job,
  record: GenerationRecord,
  progress: Progress,
): Promise<Ending> {
  let { costUsd } = record
  const pace = facts.fate === 'dawdle' ? 12_000 : 1_000
  const think = async (seconds: number) => await pause(random.between(200, seconds * pace), job.signal)
  await think(8)
  const [commit, ref] = [ledger.headOf(record.key), 'main']
  if (isUpToDate(record, { ref, tree: { id: commit }, wishes: '' }))
    return { transition: 'upToDate', writes: { commit, ref } }
  progress.note({ stage: 'planning', commit, ref, donePages: 0 })
  const planKey = storedPlanKey(record, { ref, tree: commit, prompts: PROMPT_VERSION })
  await obtain(planKey, JSON.stringify(plan))
  if (facts.fate === 'hang') await new Promise(() => undefined)
  progress.note({ stage: 'generating_pages', planKey, totalPages: pages.length })
  let donePages = 0
  const settled = await Promise.allSettled(
    pages.map(async (page) => {
      const isNew = await obtain(storedPageKey(planKey, page, [{ path: 'all', id: commit }]), page.slug)
      donePages++
      if (isNew) facts.firstNewPage ??= donePages
      if (isNew) progress.notePage({ donePages })
      else progress.note({ donePages })
    }),
  )
  for (const page of settled) if (page.status === 'rejected') throw page.reason
  if (facts.fate === 'fail') throw new DomainError('clone-failed', { message: 'no' })
  if (facts.fate === 'throw') throw new Error('a bug')
  progress.note({ stage: 'rendering' })
  await progress.flush()
  progress.note({ stage: 'publishing' })
  const some = facts.fate === 'fail with pages'
  const files = (some ? pages.slice(1) : pages).map(({ slug }) => ({ path: `${slug}.html`, body: slug }))
  const { pageScope, published } = record
  if (some && published) throw failed(undefined)
  const site = await uploadSite(
    job.bucket,
    job.lease,
    { files, stored: { plan, planKey }, pageCount: files.length, keptPages: 0, pageScope, clone: { commit, ref } },
    job.signal,
  )
  ledger.uploaded(
    site.prefix,
    files.map(({ path }) => path),
  )
  if (some) throw failed(site)
  return {
    transition: 'publish',
    writes: { published: site, publishedUrl: record.repoUrl, donePages, unverifiedCitations: 0 },
  }

  /** Stores a result as soon as it is paid for, and never pays for it twice. */
  async function obtain(key: string, text: string): Promise<boolean> {
    if ((await getText(job.bucket, key)) !== undefined) return false
    job.signal.throwIfAborted()
    ledger.paying(key)
    // A CLI still reports its cost when it is stopped.
    await think(15).finally(spend)
    await putObject(job.bucket, key, text, 'application/json')
    ledger.stored(key)
    return true
  }

  /** Adds a cost. Now and then it stays unknown. */
  function spend(): void {
    if (random.chance(0.1)) return
    costUsd = addUsd(costUsd ?? 0, random.between(1_000, 400_000) / 1_000_000)
    facts.knownUsd = costUsd
    progress.note({ costUsd })
  }
}

const failed = (published: GenerationRecord['published']) =>
  new DomainError('pages-failed', { failed: ['one'], message: 'one page failed', published })

/** The running time of a CLI, which ends at once when its process group is killed. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
  })
}
