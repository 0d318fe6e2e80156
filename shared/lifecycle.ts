import { Assignment, type GenerationRecord, type Lease, type Stage, type Status } from './generation.ts'
import { millisecondsSince } from './time.ts'
import type { Variant } from './variant.ts'

/**
 * Conditions on the record that a transition requires, checked atomically with its write. The store turns each into a part of
 * the condition expression.
 *
 * - `absent`: there is no record, and none was removed after this request began. `idle`: there is one, and it is not generating.
 * - `unchanged`: the last generation is still the one that the writer read.
 * - `generating`, `my-generation`, `my-attempt`: the fence. Writers that have been superseded fail here.
 * - `no-abort` / `abort-asked`: an abort has not / has been requested.
 * - `queued`: no task has been requested for this attempt. `launched`: one has.
 * - `unclaimed`: no runner has claimed the attempt. `claimable`: no other runner has. `my-claim`: this runner has.
 * - `in-order`: the record has no later write of this runner. A request may arrive again, late.
 * - `retries-left` / `no-retries-left`: fewer than / at least MAX_RETRIES tasks in a row have failed.
 */
export type Guard =
  | 'absent'
  | 'idle'
  | 'unchanged'
  | 'generating'
  | 'my-generation'
  | 'my-attempt'
  | 'no-abort'
  | 'abort-asked'
  | 'queued'
  | 'launched'
  | 'unclaimed'
  | 'claimable'
  | 'my-claim'
  | 'in-order'
  | 'retries-left'
  | 'no-retries-left'

/** Fields that a transition's writer can provide: not those that never change or that the table or the store sets. */
export type Field = Exclude<
  keyof GenerationRecord,
  keyof Variant | 'key' | 'status' | 'attempt' | 'createdAt' | 'updatedAt'
>

export interface Transition {
  readonly requires: readonly Guard[]
  /** The new status; if absent, the status stays. */
  readonly status?: Status
  /** The new stage; if absent, the stage stays or the writer provides it. */
  readonly stage?: Stage | null
  /**
   * `first`: a generation begins, and the fields of the previous one are cleared. `next`: the next attempt begins, the fields of
   * this one are cleared, and any task still working on it is fenced off.
   */
  readonly attempt?: 'first' | 'next'
  /** Fields the writer must provide. */
  readonly sets?: readonly Field[]
  /** Fields the writer may also provide. */
  readonly maySet?: readonly Field[]
  /** Fields to remove. */
  readonly clears?: readonly Clearable[]
}

/** An optional field. */
type Clearable = { [Name in Field]: undefined extends GenerationRecord[Name] ? Name : never }[Field]

const generation = ['generating', 'my-generation'] as const
const attempt = [...generation, 'my-attempt'] as const
const working = [...attempt, 'no-abort'] as const

const assigned = Assignment.omit({ instructions: true }).keyof().options
const counted = ['heartbeats', 'progressSteps', 'ranSeconds'] as const
/** What a runner learns as it works. Its last write may carry these too. */
const learned = [
  ...['commit', 'ref', 'planKey', 'totalPages', 'donePages', 'deaths', 'hostEnds'],
  ...['estimatedCostUsd', 'costUsd', 'reservedUsd', 'notes', 'maskedSecrets'],
] as const

/** Every way a variant's record may change. No other code writes a status. */
export const transitions = {
  /** A request reserves a variant that has no record yet … */
  create: {
    requires: ['absent'],
    status: 'generating',
    stage: 'queued',
    attempt: 'first',
    sets: assigned,
    maySet: ['instructions'],
  },
  /** … or one whose last generation has ended. These conditional writes decide between 202 and 409. */
  reserve: {
    requires: ['idle', 'unchanged'],
    status: 'generating',
    stage: 'queued',
    attempt: 'first',
    sets: [...assigned, 'spentUsd'],
    maySet: ['publishedCostUsd', 'instructions'],
  },
  /** An admin puts a waiting generation before all others. */
  prioritize: { requires: [...generation, 'no-abort', 'queued'], sets: ['prioritizedAt'] },
  /** Recorded before the task is requested. */
  launch: {
    requires: [...working, 'queued'],
    stage: 'starting',
    sets: ['launchedAt', 'startedAt', 'limitSeconds', 'mayUseCredentials'],
    clears: ['waitingReason', 'refused'],
  },
  /** The requested task exists. */
  recordTask: { requires: [...working, 'launched'], sets: ['taskArn'] },
  /** No task could be started for now: the next attempt waits in the queue. */
  refuse: {
    requires: [...working, 'launched', 'unclaimed'],
    stage: 'queued',
    attempt: 'next',
    sets: ['waitingReason'],
    maySet: ['refused'],
  },
  /** A runner starts working. */
  claim: { requires: [...working, 'launched', 'claimable'], stage: 'cloning', sets: ['claimedBy', 'taskArn'] },
  /** What a runner has done so far. */
  progress: {
    requires: [...working, 'my-claim', 'in-order'],
    sets: counted,
    maySet: [...learned, 'stage', 'waitingReason'],
  },
  /** Switches readers to the new site. */
  publish: {
    requires: [...working, 'my-claim'],
    status: 'ready',
    stage: null,
    sets: ['published', 'publishedUrl', 'donePages', 'unverifiedCitations'],
    clears: ['waitingReason'],
  },
  /** Nothing has changed since the published site was made. */
  upToDate: {
    requires: [...working, 'my-claim'],
    status: 'ready',
    stage: 'up_to_date',
    sets: ['commit', 'ref'],
    clears: ['waitingReason'],
  },
  /** Another attempt would fail the same way. */
  fail: {
    requires: working,
    status: 'error',
    stage: null,
    sets: ['errorMessage'],
    maySet: [...counted, ...learned, 'failedPages', 'published', 'publishedUrl'],
    clears: ['waitingReason'],
  },
  /** The host ended the task. That does not count as a failure: the next attempt takes over. */
  resume: {
    requires: [...working, 'launched'],
    stage: 'queued',
    attempt: 'next',
    sets: ['hostEnds', 'waitingReason'],
    maySet: ['notBefore'],
  },
  /** The task failed. That counts, and the next attempt takes over … */
  retry: {
    requires: [...working, 'launched', 'retries-left'],
    stage: 'queued',
    attempt: 'next',
    sets: ['deaths', 'waitingReason'],
  },
  /** … unless too many have failed in a row. */
  giveUp: {
    requires: [...working, 'launched', 'no-retries-left'],
    status: 'error',
    stage: null,
    sets: ['errorMessage'],
    clears: ['waitingReason'],
  },
  /** Recorded before a hung task is stopped, so that its end counts as a failure. */
  condemn: { requires: [...working, 'launched'], sets: ['hungReason'] },
  /** From now on the runner's writes fail. */
  askAbort: { requires: [...generation, 'no-abort'], sets: ['abortAskedAt'] },
  /** The task has ended. */
  confirmAbort: {
    requires: [...generation, 'abort-asked'],
    status: 'aborted',
    stage: null,
    sets: ['errorMessage'],
    maySet: [...counted, ...learned],
    clears: ['waitingReason'],
  },
  /** The cost is booked: nothing is left to do. */
  close: { requires: ['idle', 'my-generation'] },
  /** Removes the record, unless it has changed since it was read. */
  remove: { requires: ['idle', 'my-generation'] },
  /** What the sweeper saw of a running task, for the next sweep to compare. */
  observe: { requires: attempt, sets: ['seenHeartbeats', 'seenProgressSteps', 'silentSweeps', 'stuckSweeps'] },
} as const satisfies Record<string, Transition>

export type TransitionName = keyof typeof transitions
/** A transition of a generation between its start and its close. */
export type LaterTransition = Exclude<TransitionName, 'create' | 'reserve' | 'close' | 'remove'>
type Row<Name extends TransitionName> = (typeof transitions)[Name]

type Sets<Name extends TransitionName> = Row<Name> extends { sets: readonly (infer Set extends Field)[] } ? Set : never
type MaySet<Name extends TransitionName> =
  Row<Name> extends { maySet: readonly (infer Set extends Field)[] } ? Set : never

/** What a transition's writer provides: every field in `sets`, any in `maySet`, and no other. */
export type Writes<Name extends TransitionName> = {
  [Set in Sets<Name>]: Exclude<GenerationRecord[Set], undefined>
} & { [Set in MaySet<Name>]?: GenerationRecord[Set] } & {
  [Other in Exclude<keyof GenerationRecord, Sets<Name> | MaySet<Name>>]?: never
}

/** The lease a transition needs, with the runner's task ARN where a guard compares it. */
export type LeaseFor<Name extends TransitionName> =
  Extract<Row<Name>['requires'][number], 'claimable' | 'my-claim'> extends never ? Lease : Lease & { me: string }

/** Whether the host ended a task or the task failed by itself. Only failures count against the generation. */
export interface TaskEnd {
  by: 'host' | 'itself'
  reason: string
}

/** How many failed tasks in a row, with no page stored in between, are retried: three tasks in all. */
export const MAX_RETRIES = 2

/** The longest wait before the next attempt after the host ended a task. */
export const LONGEST_WAIT_SECONDS = 300

/**
 * How many seconds the next attempt waits after the host has ended `hostEnds` tasks in a row, with no page stored in between:
 * none for the first three, then 10, doubling up to five minutes.
 */
export const secondsToWait = (hostEnds: number): number =>
  hostEnds < 4 ? 0 : Math.min(10 * 2 ** (hostEnds - 4), LONGEST_WAIT_SECONDS)

/**
 * Whether the next attempt has to wait. Ignores a time further ahead than any wait: it was written before this machine's clock was set
 * back.
 */
export function isHeldBack({ notBefore }: { notBefore?: string | undefined }): boolean {
  const leftMs = notBefore === undefined ? 0 : -millisecondsSince(notBefore)
  return leftMs > 0 && leftMs <= LONGEST_WAIT_SECONDS * 1_000
}

export const ABORTED_MESSAGE = 'Generation aborted by user'
export const OVERTIME_MESSAGE =
  'The generation took longer than GENERATION_TIMEOUT allows. Finished pages are kept: generate again to continue, or raise GENERATION_TIMEOUT'

/** Whether the record is generating; false if there is no record. */
export const isActive = (record: { status: Status } | undefined): boolean => record?.status === 'generating'

/** Whether the last generation succeeded. */
export const isReady = (record: { status: Status } | undefined): boolean => record?.status === 'ready'

/** Whether the last generation was aborted. */
export const isAborted = (record: { status: Status } | undefined): boolean => record?.status === 'aborted'
