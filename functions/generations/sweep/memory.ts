import { formatLease, type Lease } from '../../../shared/generation.ts'
import type { Seen } from './health.ts'

/**
 * What a process remembers from one sweep to the next. Nothing depends on it: it saves writes. What the next process must know is
 * on the records.
 */
export interface SweepMemory {
  /** What was seen of each running task. */
  readonly seen: Map<string, Seen>
  /** Whether the costs from before docsfy kept totals are booked. */
  bookedEarlier: boolean
}

export const newMemory = (): SweepMemory => ({ seen: new Map(), bookedEarlier: false })

/** Forgets all attempts but these. */
export function forgetOthers({ seen }: SweepMemory, leases: readonly Lease[]): void {
  const kept = new Set(leases.map(formatLease))
  for (const lease of seen.keys()) if (!kept.has(lease)) seen.delete(lease)
}
