import { type GenerationRecord, LONGEST_STEP_MINUTES } from '../../../shared/generation.ts'
import { ABORTED_MESSAGE, OVERTIME_MESSAGE } from '../../../shared/lifecycle.ts'

/** A task's counters, and for how many sweeps in a row they have not moved. */
export type Seen = Record<keyof Sight, number>
type Sight = Pick<GenerationRecord, 'seenHeartbeats' | 'seenProgressSteps' | 'silentSweeps' | 'stuckSweeps'>

/**
 * A task counts as hung if it sends no heartbeat, or makes no progress for longer than any CLI call may take. Both are measured in
 * sweeps instead of time: during an outage that stops the sweeper, heartbeats stop too. A runner sends four heartbeats a minute.
 */
const SILENT_SWEEPS = 5
const SILENT_SECONDS = 60
/** Extra time for a runner to end its own generation at its time limit. */
const OVERTIME_SECONDS = 60
// Leaves time for git, which reports progress only when it is done.
const STEP_GRACE_SECONDS = (LONGEST_STEP_MINUTES + 5) * 60

/**
 * Compares the runner's counters with what earlier sweeps saw, so no decision depends on two clocks agreeing. The record may be
 * behind this process's memory, or ahead of it if another process swept last: the longer silence counts.
 */
export function compare(record: GenerationRecord, remembered?: Seen): Seen {
  const { heartbeats, progressSteps } = record
  const sights: Sight[] = remembered ? [record, remembered] : [record]
  const silences = sights.map((seen) => (seen.seenHeartbeats === heartbeats ? (seen.silentSweeps ?? 0) + 1 : 0))
  const standstills = sights.map((seen) => (seen.seenProgressSteps === progressSteps ? (seen.stuckSweeps ?? 0) + 1 : 0))
  return {
    seenHeartbeats: heartbeats,
    seenProgressSteps: progressSteps,
    silentSweeps: Math.max(...silences),
    stuckSweeps: Math.max(...standstills),
  }
}

/** A process that dies forgets at most this many sweeps without progress. They take minutes out of an hour or more. */
const STUCK_STEP = 5

/**
 * Whether the record must hold what was seen: while the task is silent, now and then while it makes no progress, and always if this
 * process saw it for the first time, since it may never see it again. A healthy task costs no write.
 */
export const isWorthWriting = ({ silentSweeps, stuckSweeps }: Seen, remembered: Seen | undefined): boolean =>
  !remembered || silentSweeps > 0 || (stuckSweeps > 0 && stuckSweeps % STUCK_STEP === 0)

/** Why a running task must be stopped, and the transition to write `first`; undefined if it can continue. */
export function reasonToStop(
  record: GenerationRecord,
  { silentSweeps, stuckSweeps }: Seen,
  everySeconds: number,
): { reason: string; first?: 'fail' | 'condemn' } | undefined {
  if (record.abortAskedAt) return { reason: ABORTED_MESSAGE }
  if (record.ranSeconds > record.limitSeconds + OVERTIME_SECONDS) return { reason: OVERTIME_MESSAGE, first: 'fail' }
  if (record.hungReason) return { reason: record.hungReason, first: 'condemn' }
  const silent = Math.max(SILENT_SWEEPS, SILENT_SECONDS / everySeconds)
  if (silentSweeps > silent) return { reason: 'The runner stopped sending heartbeats', first: 'condemn' }
  const stuck = (record.timeoutMinutes * 60 + STEP_GRACE_SECONDS) / everySeconds
  if (stuckSweeps > stuck) {
    return { reason: 'The runner was alive but made no progress', first: 'condemn' }
  }
  return undefined
}
