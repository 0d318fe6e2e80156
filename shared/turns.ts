/** A generation that waits for a task. */
export interface Waiting {
  owner: string
  key: string
  generationId: string
  queuedAt: string
}

/** A place for one running task; a resumed generation keeps the one it has. */
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
 * Who is served next: owners in turn (the one served longest ago first), each owner's oldest first. A generation that
 * still holds a slot goes ahead of all others. Undefined when nobody may start now.
 *
 * @param lastServed - when each owner was last served, ISO 8601; an owner without an entry was never served
 */
export function nextInTurn(
  waiting: readonly Waiting[],
  slots: readonly Slot[],
  lastServed: ReadonlyMap<string, string>,
  { maxActive, maxActivePerOwner }: Limits,
): Waiting | undefined {
  const resumed = waiting.find(({ generationId }) => slots.some((slot) => slot.generationId === generationId))
  if (resumed) return resumed
  if (slots.length >= maxActive) return undefined
  const active = Map.groupBy(slots, ({ owner }) => owner)
  return waiting
    .filter(({ owner }) => (active.get(owner)?.length ?? 0) < maxActivePerOwner)
    .toSorted((a, b) => compare(turn(a), turn(b)) || compare(a.queuedAt, b.queuedAt))
    .at(0)

  function turn({ owner }: Waiting): string {
    return lastServed.get(owner) ?? ''
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
