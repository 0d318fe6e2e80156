import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bucket, Table } from '../shared/aws/clients.ts'
import { type Changes, move, readRecord } from '../shared/aws/variant-store.ts'
import type { RunnerEnv } from '../shared/env.ts'
import { DomainError, isDomainError } from '../shared/errors.ts'
import type { GenerationRecord, Lease } from '../shared/generation.ts'
import { ABORTED_MESSAGE, isAborted, isActive } from '../shared/lifecycle.ts'
import { parseRepositoryUrl } from '../shared/repository-address.ts'
import type { PublishedSite } from '../shared/site.ts'
import { now } from '../shared/time.ts'
import { checkProvider } from './ai/ask.ts'
import type { Asker } from './ai/asker.ts'
import type { GenerationLog } from './generation-log.ts'
import { type Progress, startProgress } from './progress.ts'
import { renderSite } from './site/render-site.ts'
import { type Clone, cloneRepository } from './stages/clone.ts'
import { makePlan, type StoredPlan } from './stages/plan.ts'
import { scheduleSuperseded, uploadSite } from './stages/publish.ts'
import { type WrittenPages, writePages } from './stages/write-pages.ts'

export interface Job {
  env: RunnerEnv
  table: Table
  bucket: Bucket
  lease: Lease & { me: string }
  log: GenerationLog
  /** Aborted when the task is told to end. */
  signal: AbortSignal
}

/** How an attempt ended. `terminated`: told to end without an abort, to be taken up again. `fenced`: not ours any more. */
export type Outcome = 'ready' | 'failed' | 'aborted' | 'terminated' | 'fenced'

/**
 * One attempt at a generation, from its claim to its last write. Whatever goes wrong with the work is an outcome; when the
 * record itself cannot be written it rejects, and the task's death is settled by those who see it.
 */
export async function run(job: Job): Promise<Outcome> {
  const claimed = await move(job.table, 'claim', job.lease, { claimedBy: job.lease.me, taskArn: job.lease.me })
  if (!claimed.moved) return await yieldTo(job, claimed.record)
  job.log.info(`attempt ${job.lease.attempt} has begun`)
  const stopped = new AbortController()
  const timeout = AbortSignal.timeout(job.env.GENERATION_TIMEOUT * 60_000)
  const signal = AbortSignal.any([job.signal, stopped.signal, timeout])
  const progress = startProgress(job.table, job.lease, { log: job.log, onFenced: () => stopped.abort() })
  const workspace = await mkdtemp(join(job.env.TMPDIR, 'docsfy-'))
  try {
    await work({ ...job, signal }, claimed.record, progress, workspace)
    return 'ready'
  } catch (error) {
    await progress.stop()
    if (job.signal.aborted || stopped.signal.aborted || isDomainError(error, 'fenced')) return await yieldTo(job)
    return await fail(job, timeout.aborted ? new DomainError('ai-failed', timedOut) : error)
  } finally {
    await progress.stop()
    await rm(workspace, { recursive: true, force: true, maxRetries: 3 })
    await job.log.close()
  }
}

const timedOut = { message: 'The generation took longer than GENERATION_TIMEOUT allows', retryable: false, costUsd: 0 }

async function work(job: Job, record: GenerationRecord, progress: Progress, workspace: string): Promise<void> {
  const scratch = join(workspace, 'scratch')
  await mkdir(scratch)
  const version = await checkProvider(job.env, { provider: record.provider, scratch, signal: job.signal })

  const clone = await cloneRepository(record, {
    path: join(workspace, 'clone'),
    home: join(workspace, 'home'),
    allowedPrivateHosts: job.env.ALLOWED_PRIVATE_HOSTS,
    maxMib: job.env.MAX_CLONE_MIB,
    searchPath: job.env.PATH,
    signal: job.signal,
  })
  job.log.info(`cloned ${record.repoUrl} at ${clone.ref}, commit ${clone.commit}`)
  if (isUpToDate(record, clone))
    return await finish(job, progress, 'upToDate', { commit: clone.commit, ref: clone.ref })

  progress.note({ stage: 'planning', commit: clone.commit, ref: clone.ref, donePages: 0 })
  const asker = askerFor(job, record, progress, clone.path, scratch)
  const stored = await makePlan(asker, job.bucket, record, clone.commit)

  const totalPages = stored.plan.navigation.reduce((sum, { pages }) => sum + pages.length, 0)
  job.log.info(`the plan has ${totalPages} pages`)
  progress.note({ stage: 'generating_pages', planKey: stored.planKey, totalPages })
  let donePages = 0
  const written = await writePages(asker, job.bucket, record, stored, ({ slug }) => {
    donePages++
    job.log.info(`page '${slug}' is done (${donePages} of ${totalPages})`)
    progress.note({ donePages })
  })

  if (written.failed.length > 0) await failWithPages(job, progress, record, stored, written, { clone, version })

  const published = await renderAndUpload(job, progress, record, stored, written, { clone, version })
  const unverifiedCitations = written.pages
    .flatMap(({ citations }) => citations)
    .filter(({ verified }) => !verified).length
  const publishedFrom = record.repoUrl
  await scheduleSuperseded(job.table, record)
  await finish(job, progress, 'publish', { published, publishedFrom, unverifiedCitations, donePages })
  job.log.info(`published ${written.pages.length} pages`)
}

/** The published site was made, whole, from this very commit of this very repository. */
const isUpToDate = ({ force, published, repoUrl, publishedFrom }: GenerationRecord, { commit, ref }: Clone): boolean =>
  !force &&
  published?.complete === true &&
  published.commit === commit &&
  published.ref === ref &&
  publishedFrom === repoUrl

function askerFor(job: Job, record: GenerationRecord, progress: Progress, cwd: string, scratch: string): Asker {
  const { env, log, signal } = job
  const { provider, model, timeoutMinutes } = record
  let costUsd = record.costUsd ?? 0
  const onCost = (usd: number) => {
    costUsd += usd
    progress.note({ costUsd })
  }
  return { env, log, signal, provider, model, timeoutMinutes, cwd, scratch, onCost }
}

interface MadeFrom {
  clone: Clone
  /** What the CLI says it is. */
  version: string
}

async function renderAndUpload(
  job: Job,
  progress: Progress,
  record: GenerationRecord,
  { plan }: StoredPlan,
  { pages }: WrittenPages,
  { clone, version }: MadeFrom,
): Promise<PublishedSite> {
  progress.note({ stage: 'rendering' })
  const files = await renderSite(pages, {
    plan,
    browseUrl: browseUrlOf(record.repoUrl),
    commit: clone.commit,
    ref: clone.ref,
    generatedAt: now(),
    writtenBy: `${record.provider} / ${record.model} (${version})`,
  })
  progress.note({ stage: 'publishing' })
  return await uploadSite(
    job.bucket,
    job.lease,
    { files, plan, pageCount: pages.length, pageScope: record.pageScope, clone },
    job.signal,
  )
}

/** Where people browse the repository: not for a path on a disk, nor for a server that only git can reach. */
function browseUrlOf(repoUrl: string): string | null {
  const address = parseRepositoryUrl(repoUrl)
  if (!address) return null
  const path = address.protocol === 'ssh' ? (repoUrl.split(':')[1] ?? '') : new URL(repoUrl).pathname.slice(1)
  const origin = address.protocol === 'ssh' ? `https://${address.host}` : new URL(repoUrl).origin
  return `${origin}/${path.replace(/\/$/, '').replace(/\.git$/, '')}`
}

/** No placeholder is ever published. Where there is no site yet, the finished pages are better than none. */
async function failWithPages(
  job: Job,
  progress: Progress,
  record: GenerationRecord,
  stored: StoredPlan,
  written: WrittenPages,
  from: MadeFrom,
): Promise<never> {
  const failed = written.failed.map(({ slug }) => slug)
  const reasons = [...new Set(written.failed.map(({ message }) => message))].slice(0, 3).join('; ')
  const message = `${failed.length} of ${failed.length + written.pages.length} pages could not be written (${failed.join(', ')}): ${reasons}. Ask again to generate only those.`
  const publishable = record.published === undefined && written.pages.length > 0
  const published = publishable ? await renderAndUpload(job, progress, record, stored, written, from) : undefined
  throw new DomainError('pages-failed', {
    message,
    failed,
    site: published && { published, publishedFrom: record.repoUrl },
  })
}

async function finish(job: Job, progress: Progress, name: 'publish' | 'upToDate', changes: Changes): Promise<void> {
  await progress.flush()
  await progress.stop()
  const { moved } = await move(job.table, name, job.lease, changes)
  if (!moved) throw new DomainError('fenced', {})
}

async function fail(job: Job, error: unknown): Promise<Outcome> {
  job.log.error(error instanceof DomainError ? error.message : 'the runner failed', { error })
  const { moved } = await move(job.table, 'fail', job.lease, changesFor(error, job.lease))
  return moved ? 'failed' : await yieldTo(job)
}

function changesFor(error: unknown, { generationId }: Lease): Changes {
  if (isDomainError(error, 'pages-failed')) {
    const { message, failed, site } = error.details
    return { errorMessage: message, failedPages: failed, ...site }
  }
  if (error instanceof DomainError) return { errorMessage: error.message }
  return { errorMessage: `The runner failed unexpectedly; its log has the details (generation ${generationId})` }
}

/** Somebody else decided: an abort is acknowledged, anything else is left as it is. */
async function yieldTo(job: Job, known?: GenerationRecord): Promise<Outcome> {
  const { key, generationId, attempt } = job.lease
  const record = known ?? (await readRecord(job.table, key))
  if (record?.generationId === generationId && record.abortAskedAt) {
    job.log.info('aborted by the user')
    const { moved } = await move(job.table, 'confirmAbort', job.lease, { errorMessage: ABORTED_MESSAGE })
    if (moved || isAborted(record)) return 'aborted'
  }
  const mine = record?.generationId === generationId && record.attempt === attempt && isActive(record)
  job.log.info(mine ? 'told to end before the work was done' : 'the generation went on without this attempt')
  return mine ? 'terminated' : 'fenced'
}
