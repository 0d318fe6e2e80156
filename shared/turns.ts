/** A generation waiting for a task. */
export interface QueueEntry {
  owner: string
  key: string
  generationId: string
  queuedAt: string
}

/** Capacity for one running task. A resumed generation keeps its slot. */
export interface Slot {
  number: number
  owner: string
  generationId: string
}

export interface Limits {
  maxActive: number
  maxActivePerOwner: number
}

/**
 * Picks the next generation to start: owners take turns (least recently served first), and each owner's oldest entry goes
 * first. A generation that still holds a slot goes before all others. Undefined when none may start now.
 *
 * @param lastServed - when each owner was last served, ISO 8601; owners without an entry have never been served
 */
export function nextInTurn(
  waiting: readonly QueueEntry[],
  slots: readonly Slot[],
  lastServed: ReadonlyMap<string, string>,
  { maxActive, maxActivePerOwner }: Limits,
): QueueEntry | undefined {
  const resumed = waiting.find(({ generationId }) => slots.some((slot) => slot.generationId === generationId))
  if (resumed) return resumed
  if (slots.length >= maxActive) return undefined
  const active = Map.groupBy(slots, ({ owner }) => owner)
  return waiting
    .filter(({ owner }) => (active.get(owner)?.length ?? 0) < maxActivePerOwner)
    .toSorted((a, b) => compare(turn(a), turn(b)) || compare(a.queuedAt, b.queuedAt))
    .at(0)

  function turn({ owner }: QueueEntry): string {
    return lastServed.get(owner) ?? ''
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
