import { Assignment, type GenerationRecord, type Lease, type Stage, type Status } from './generation.ts'
import type { Variant } from './variant.ts'

/**
 * What must hold of the record, in the same instant, for a transition to happen. The store turns each into a part of
 * the condition expression.
 *
 * - `absent`: there is no record, nor was one removed after this request began. `idle`: there is one, and nothing is generating there.
 * - `unchanged`: the last generation is the one that was there when the writer looked.
 * - `generating`, `my-generation`, `my-attempt`: the fence. Whoever was overtaken fails on it.
 * - `no-abort` / `abort-asked`: an abort has not / has been asked for.
 * - `queued`: no task was asked for yet for this attempt. `launched`: one was.
 * - `unclaimed`: no runner has reported yet. `claimable`: none but me. `my-claim`: I have.
 * - `in-order`: nothing that I wrote later is there already. A request may arrive again, late.
 * - `retries-left` / `no-retries-left`: fewer tasks than MAX_RETRIES have failed in a row / that many have.
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

/** What the writer of a transition may be asked for: all but what stays the same and what the table or the store sets. */
export type Field = Exclude<
  keyof GenerationRecord,
  keyof Variant | 'key' | 'status' | 'attempt' | 'createdAt' | 'updatedAt' | 'changedAt'
>

export interface Transition {
  readonly requires: readonly Guard[]
  /** The status afterwards; without it the status stays. */
  readonly status?: Status
  /** The stage afterwards; without it the stage stays, or is the writer's to say. */
  readonly stage?: Stage | null
  /**
   * `first`: a generation begins, and what the record told of the one before is cleared. `next`: the attempt is over, what the record
   * told of it is cleared, the following one begins, and whoever still works on this one is fenced off.
   */
  readonly attempt?: 'first' | 'next'
  /** What the writer must give. */
  readonly sets?: readonly Field[]
  /** What the writer may give as well. */
  readonly maySet?: readonly Field[]
  /** What is gone afterwards. */
  readonly clears?: readonly Clearable[]
}

/** A field that a record may lack. */
type Clearable = { [Name in Field]: undefined extends GenerationRecord[Name] ? Name : never }[Field]

const generation = ['generating', 'my-generation'] as const
const attempt = [...generation, 'my-attempt'] as const
const working = [...attempt, 'no-abort'] as const

const assigned = Assignment.keyof().options
const counted = ['heartbeats', 'progressSteps', 'ranSeconds'] as const
/** What a runner finds out as it goes. Its last write may carry it too. */
const noted = [
  ...['commit', 'ref', 'planKey', 'totalPages', 'donePages', 'deaths', 'hostEnds'],
  ...['estimatedCostUsd', 'costUsd', 'reservedUsd'],
] as const

/** Every way a variant's record may change. No other code writes a status. */
export const transitions = {
  /** A request wins a variant that nobody has asked for yet … */
  create: { requires: ['absent'], status: 'generating', stage: 'queued', attempt: 'first', sets: assigned },
  /** … or one that has ended: the conditional writes behind 202 and 409. */
  reserve: {
    requires: ['idle', 'unchanged'],
    status: 'generating',
    stage: 'queued',
    attempt: 'first',
    sets: [...assigned, 'spentUsd'],
    maySet: ['publishedCostUsd'],
  },
  /** Recorded before a task is asked for. */
  launch: {
    requires: [...working, 'queued'],
    stage: 'starting',
    sets: ['launchedAt', 'startedAt', 'limitSeconds'],
    clears: ['waitingReason', 'refused'],
  },
  /** The task that was asked for exists. */
  recordTask: { requires: [...working, 'launched'], sets: ['taskArn'] },
  /** No task could be started for now: a fresh attempt waits for its turn. */
  refuse: {
    requires: [...working, 'launched', 'unclaimed'],
    stage: 'queued',
    attempt: 'next',
    sets: ['waitingReason'],
    maySet: ['refused'],
  },
  /** A runner reports for work. */
  claim: { requires: [...working, 'launched', 'claimable'], stage: 'cloning', sets: ['claimedBy', 'taskArn'] },
  /** What a runner has done so far. */
  progress: {
    requires: [...working, 'my-claim', 'in-order'],
    sets: counted,
    maySet: [...noted, 'stage', 'waitingReason'],
  },
  /** The switch that readers see. */
  publish: {
    requires: [...working, 'my-claim'],
    status: 'ready',
    stage: null,
    sets: ['published', 'donePages', 'unverifiedCitations'],
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
  /** A failure that another attempt would only repeat. */
  fail: {
    requires: working,
    status: 'error',
    stage: null,
    sets: ['errorMessage'],
    maySet: [...counted, ...noted, 'failedPages', 'published'],
    clears: ['waitingReason'],
  },
  /** The host took the task away. That counts nothing: the next attempt takes over. */
  resume: {
    requires: [...working, 'launched'],
    stage: 'queued',
    attempt: 'next',
    sets: ['hostEnds', 'waitingReason'],
    maySet: ['notBefore'],
  },
  /** The task failed under the generation. That counts, and the next attempt takes over … */
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
  /** Recorded before a task that hangs is stopped: its end counts as a failure. */
  condemn: { requires: [...working, 'launched'], sets: ['hungReason'] },
  /** From here on the runner's writes fail. */
  askAbort: { requires: [...generation, 'no-abort'], sets: ['abortAskedAt'] },
  /** Nothing works on it any more. */
  confirmAbort: {
    requires: [...generation, 'abort-asked'],
    status: 'aborted',
    stage: null,
    sets: ['errorMessage'],
    maySet: [...counted, ...noted],
    clears: ['waitingReason'],
  },
  /** What it has cost is booked: nothing is left to do for it. */
  close: { requires: ['idle', 'my-generation'] },
  /** The record goes, if nothing has happened since it was looked at. */
  remove: { requires: ['idle', 'my-generation'] },
  /** What the sweeper saw of a running task, to compare with next time. */
  observe: { requires: attempt, sets: ['seenHeartbeats', 'seenProgressSteps', 'silentSweeps', 'stuckSweeps'] },
} as const satisfies Record<string, Transition>

export type TransitionName = keyof typeof transitions
/** A transition of a generation that has begun and is not closed. */
export type LaterTransition = Exclude<TransitionName, 'create' | 'reserve' | 'close' | 'remove'>
type Row<Name extends TransitionName> = (typeof transitions)[Name]

type Sets<Name extends TransitionName> = Row<Name> extends { sets: readonly (infer Set extends Field)[] } ? Set : never
type MaySet<Name extends TransitionName> =
  Row<Name> extends { maySet: readonly (infer Set extends Field)[] } ? Set : never

/** What the writer of a transition gives: all that its row sets, what it may set if there is something to say, and no other field. */
export type Writes<Name extends TransitionName> = {
  [Set in Sets<Name>]: Exclude<GenerationRecord[Set], undefined>
} & { [Set in MaySet<Name>]?: GenerationRecord[Set] } & {
  [Other in Exclude<keyof GenerationRecord, Sets<Name> | MaySet<Name>>]?: never
}

/** What its writer holds: where a guard compares with the runner's own task, that too. */
export type LeaseFor<Name extends TransitionName> =
  Extract<Row<Name>['requires'][number], 'claimable' | 'my-claim'> extends never ? Lease : Lease & { me: string }

/** Who ended a task: its host took it away, or it failed by itself. Only a failure counts against the generation. */
export interface TaskEnd {
  by: 'host' | 'itself'
  reason: string
}

/** How many failed tasks in a row, with no page stored in between, are followed by another attempt: three tasks in all. */
export const MAX_RETRIES = 2

/** The longest wait before an attempt that follows a host's end. */
export const LONGEST_WAIT_SECONDS = 300

/**
 * How many seconds the next attempt waits after the host has taken away so many tasks in a row, with no page stored in between:
 * none up to the third, then 10, doubling to five minutes.
 */
export const secondsToWait = (hostEnds: number): number =>
  hostEnds < 4 ? 0 : Math.min(10 * 2 ** (hostEnds - 4), LONGEST_WAIT_SECONDS)

export const ABORTED_MESSAGE = 'Generation aborted by user'
export const OVERTIME_MESSAGE =
  'The generation took longer than GENERATION_TIMEOUT allows. What is finished is kept: ask again to go on, or raise GENERATION_TIMEOUT'

/** Whether something is generating there; of no record, nothing is. */
export const isActive = (record: { status: Status } | undefined): boolean => record?.status === 'generating'

/** Whether its last generation ended well. */
export const isReady = (record: { status: Status } | undefined): boolean => record?.status === 'ready'

/** Whether its last generation was aborted. */
export const isAborted = (record: { status: Status } | undefined): boolean => record?.status === 'aborted'
