import * as z from 'zod'

export const Status = z.enum(['generating', 'ready', 'error', 'aborted'])
export type Status = z.infer<typeof Status>

export const Stage = z.enum([
  'queued',
  'starting',
  'cloning',
  'planning',
  'incremental_planning',
  'generating_pages',
  'rendering',
  'publishing',
  'up_to_date',
])
export type Stage = z.infer<typeof Stage>

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

export interface Transition {
  readonly requires: readonly Guard[]
  /** The status afterwards; without it the status stays. */
  readonly status?: Status
  /** The stage afterwards; without it the stage stays, or is the caller's to say. */
  readonly stage?: Stage | null
  /** `next`: the attempt is over, the following one begins, and whoever still works on this one is fenced off. */
  readonly attempt?: 'first' | 'next'
}

const generation = ['generating', 'my-generation'] as const
const attempt = [...generation, 'my-attempt'] as const
const working = [...attempt, 'no-abort'] as const

/** Every way a variant's record may change. No other code writes a status. */
export const transitions = {
  /** A request wins a variant that nobody has asked for yet … */
  create: { requires: ['absent'], status: 'generating', stage: 'queued', attempt: 'first' },
  /** … or one that has ended: the conditional writes behind 202 and 409. */
  reserve: { requires: ['idle', 'unchanged'], status: 'generating', stage: 'queued', attempt: 'first' },
  /** Recorded before a task is asked for. */
  launch: { requires: [...working, 'queued'], stage: 'starting' },
  /** The task that was asked for exists. */
  recordTask: { requires: [...working, 'launched'] },
  /** No task could be started for now: a fresh attempt waits for its turn. */
  refuse: { requires: [...working, 'launched', 'unclaimed'], stage: 'queued', attempt: 'next' },
  /** A runner reports for work. */
  claim: { requires: [...working, 'launched', 'claimable'], stage: 'cloning' },
  /** What a runner has done so far. */
  progress: { requires: [...working, 'my-claim', 'in-order'] },
  /** The switch that readers see. */
  publish: { requires: [...working, 'my-claim'], status: 'ready', stage: null },
  /** Nothing has changed since the published site was made. */
  upToDate: { requires: [...working, 'my-claim'], status: 'ready', stage: 'up_to_date' },
  /** A failure that another attempt would only repeat. */
  fail: { requires: working, status: 'error', stage: null },
  /** The host took the task away. That counts nothing: the next attempt takes over. */
  resume: { requires: [...working, 'launched'], stage: 'queued', attempt: 'next' },
  /** The task failed under the generation. That counts, and the next attempt takes over … */
  retry: { requires: [...working, 'launched', 'retries-left'], stage: 'queued', attempt: 'next' },
  /** … unless too many have failed in a row. */
  giveUp: { requires: [...working, 'launched', 'no-retries-left'], status: 'error', stage: null },
  /** Recorded before a task that hangs is stopped: its end counts as a failure. */
  condemn: { requires: [...working, 'launched'] },
  /** From here on the runner's writes fail. */
  askAbort: { requires: [...generation, 'no-abort'] },
  /** Nothing works on it any more. */
  confirmAbort: { requires: [...generation, 'abort-asked'], status: 'aborted', stage: null },
  /** What it has cost is booked: nothing is left to do for it. */
  close: { requires: ['idle', 'my-generation'] },
  /** The record goes, if nothing has happened since it was looked at. */
  remove: { requires: ['idle', 'my-generation'] },
  /** What the sweeper saw of a running task, to compare with next time. */
  observe: { requires: attempt },
} as const satisfies Record<string, Transition>

export type TransitionName = keyof typeof transitions

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
