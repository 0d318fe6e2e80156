import { type Bucket, isServiceTrouble, type Table } from '../shared/aws/clients.ts'
import { readRecord } from '../shared/aws/records.ts'
import { closeRecord, type TransitionResult, transition } from '../shared/aws/variant-store.ts'
import { maskFor, type RunnerEnv } from '../shared/env.ts'
import { DomainError, isDomainError } from '../shared/errors.ts'
import type { GenerationRecord, Lease } from '../shared/generation.ts'
import { ABORTED_MESSAGE, isAborted, isActive, OVERTIME_MESSAGE, type Writes } from '../shared/lifecycle.ts'
import { replaceSite } from '../shared/site.ts'
import { DISK_FULL, isDiskFull } from './disk.ts'
import type { GenerationLog } from './generation-log.ts'
import { type Progress, startProgress, type Unwritten } from './progress.ts'
import { startRunningTime } from './running-time.ts'
import type { KnownSecrets } from './secrets/known-secrets.ts'
import { scheduleSuperseded } from './stages/publish.ts'

export interface Job {
  env: RunnerEnv
  table: Table
  bucket: Bucket
  lease: Lease & { me: string }
  log: GenerationLog
  secrets: KnownSecrets
  /** Aborted when the task is asked to stop. */
  signal: AbortSignal
}

/** How an attempt ended. `terminated`: stopped without an abort, to be resumed. `fenced`: the generation is no longer ours. */
export type Outcome = 'ready' | 'failed' | 'aborted' | 'terminated' | 'fenced'

/** The final transition of successful work, and what it writes. */
export type Ending =
  | { transition: 'publish'; writes: Writes<'publish'> }
  | { transition: 'upToDate'; writes: Writes<'upToDate'> }

/** A job in progress. Its signal is also aborted when its time is up. */
export interface RunningJob extends Job {
  /** Milliseconds that it has left. */
  leftMs(): number
}

/** The work of an attempt. */
export type Work = (job: RunningJob, record: GenerationRecord, progress: Progress) => Promise<Ending>

/**
 * Makes one attempt at a generation, from its claim to its last write. A failure of the work is an outcome. If the table or the
 * bucket cannot be reached it rejects, and the handlers that see the task die settle the record.
 */
export async function attempt(job: Job, work: Work): Promise<Outcome> {
  const claimed = await transition(job.table, 'claim', job.lease, { claimedBy: job.lease.me, taskArn: job.lease.me })
  if (!claimed.applied) return await standDown(job, { known: claimed.record })
  const { record } = claimed
  const time = startRunningTime((record.limitSeconds - record.ranSeconds) * 1_000)
  job.log.info(`attempt ${job.lease.attempt} started; it has ${Math.ceil(time.leftMs() / 60_000)} min`)
  const stopped = new AbortController()
  const signal = AbortSignal.any([job.signal, stopped.signal, time.signal])
  const progress = startProgress(job.table, job.lease, record, {
    log: job.log,
    ranSeconds: () => record.ranSeconds + time.seconds(),
    onFenced: () => stopped.abort(),
  })
  try {
    signal.throwIfAborted()
    const ending = await work({ ...job, signal, leftMs: time.leftMs }, record, progress)
    await finish(job, record, progress, ending)
    return 'ready'
  } catch (error) {
    // The cost of the last calls must not be lost with this attempt.
    if (!isServiceTrouble(error)) await progress.flush({ last: true }).catch(() => undefined)
    const unwritten = await progress.stop()
    const overtaken = stopped.signal.aborted || isDomainError(error, 'fenced')
    if (job.signal.aborted || overtaken) return await standDown(job, { unwritten })
    // The service may have recovered by the next attempt, and everything paid for is stored.
    if (isServiceTrouble(error)) throw error
    return await fail(job, record, time.signal.aborted ? new DomainError('timed-out', timedOut) : error, unwritten)
  } finally {
    time.stop()
    await progress.stop()
    await job.log.close()
  }
}

const timedOut = { message: OVERTIME_MESSAGE }

/** Schedules the cleanup of what the switch makes obsolete before it switches. */
async function finish(job: Job, record: GenerationRecord, progress: Progress, ending: Ending): Promise<void> {
  await progress.flush()
  await progress.stop()
  const site = ending.transition === 'publish' ? ending.writes.published : undefined
  if (site) await scheduleSuperseded(job.table, record)
  // Readable as soon as the record says `ready`.
  await job.log.store()
  const { applied, record: ended } = await succeed(job, record, ending)
  if (!applied) throw new DomainError('fenced', {})
  await close(job, ended)
  if (site) job.log.info(`published ${site.pageCount} pages`)
}

async function succeed({ table, lease }: Job, record: GenerationRecord, ending: Ending): Promise<TransitionResult> {
  if (ending.transition === 'upToDate') return await transition(table, 'upToDate', lease, ending.writes)
  const published = replaceSite(record.published, ending.writes.published)
  return await transition(table, 'publish', lease, { ...ending.writes, published })
}

/** If this fails, the sweeper does it. */
async function close(job: Job, record: GenerationRecord): Promise<void> {
  await closeRecord(job.table, record).catch((error) =>
    job.log.warn('the cost was not booked; the sweeper will book it', { error }),
  )
}

async function fail(job: Job, from: GenerationRecord, error: unknown, unwritten: Unwritten): Promise<Outcome> {
  const { errorMessage, ...others } = writesFor(error, from)
  const masked = await job.secrets.mask(maskFor(job.env)(errorMessage))
  // Only now: what was found in the message is masked in the log too.
  job.log.error(error instanceof DomainError ? error.message : 'the runner failed', { error })
  const writes = { ...unwritten, ...others, errorMessage: masked.text }
  const { applied, record } = await transition(job.table, 'fail', job.lease, writes)
  if (!applied) return await standDown(job, { unwritten })
  await close(job, record)
  return 'failed'
}

function writesFor(error: unknown, { generationId, repoUrl }: GenerationRecord): Writes<'fail'> {
  if (isDomainError(error, 'pages-failed')) {
    const { message, failed, published } = error.details
    return { errorMessage: message, failedPages: failed, ...(published ? { published, publishedUrl: repoUrl } : {}) }
  }
  if (error instanceof DomainError) return { errorMessage: error.message }
  if (isDiskFull(error)) return { errorMessage: DISK_FULL }
  return { errorMessage: `The runner failed unexpectedly; its log has the details (generation ${generationId})` }
}

/** The record has changed under us: acknowledges an abort, and leaves anything else alone. */
async function standDown(
  job: Job,
  { known, unwritten }: { known?: GenerationRecord | undefined; unwritten?: Unwritten },
): Promise<Outcome> {
  const { key, generationId, attempt } = job.lease
  const record = known ?? (await readRecord(job.table, key))
  // A later attempt's abort is not ours to confirm: its runner may still be working.
  const others = record?.attempt !== attempt || (record.claimedBy ?? job.lease.me) !== job.lease.me
  if (record?.generationId === generationId && record.abortAskedAt && !others) {
    job.log.info('aborted by the user')
    const writes = { ...unwritten, errorMessage: ABORTED_MESSAGE }
    const { applied, record: ended } = await transition(job.table, 'confirmAbort', job.lease, writes)
    if (applied) await close(job, ended)
    if (applied || isAborted(record)) return 'aborted'
  }
  const mine = isActive(record) && record?.generationId === generationId && record.attempt === attempt
  job.log.info(mine ? 'stopped before the work was done' : 'the generation moved on without this attempt')
  return mine ? 'terminated' : 'fenced'
}
