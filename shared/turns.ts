import type { GenerationRecord } from './generation.ts'

/** A generation waiting for a task. */
export interface QueueEntry {
  owner: string
  key: string
  generationId: string
  queuedAt: string
  /** Starts before all turns: its turn has come, it has run before, or an admin put it first. */
  atFront: boolean
  /** When an admin put it first. */
  prioritizedAt?: string | undefined
}

/** The queue entry that belongs to a waiting generation. */
export const entryOf = (
  record: Pick<
    GenerationRecord,
    'owner' | 'key' | 'generationId' | 'queuedAt' | 'prioritizedAt' | 'deaths' | 'hostEnds'
  >,
): QueueEntry => {
  const { owner, key, generationId, queuedAt, prioritizedAt } = record
  const atFront = prioritizedAt !== undefined || hasRun(record)
  return { owner, key, generationId, queuedAt, prioritizedAt, atFront }
}

/** Whether a waiting generation has had a task before. (A runner that stores a page resets these, but it then runs.) */
export const hasRun = ({ deaths, hostEnds }: Pick<GenerationRecord, 'deaths' | 'hostEnds'>): boolean =>
  deaths + hostEnds > 0

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

/** How many slots are taken, in total and by owner. */
export interface Load {
  total: number
  readonly byOwner: Map<string, number>
  /** The generations that hold a slot. */
  readonly holders: ReadonlySet<string>
}

export function loadOf(slots: readonly Slot[]): Load {
  const byOwner = new Map([...Map.groupBy(slots, ({ owner }) => owner)].map(([owner, held]) => [owner, held.length]))
  return { total: slots.length, byOwner, holders: new Set(slots.map(({ generationId }) => generationId)) }
}

/** Counts one more slot for this owner. */
export function addTo(load: Load, owner: string, slots = 1): void {
  load.total += slots
  load.byOwner.set(owner, (load.byOwner.get(owner) ?? 0) + slots)
}

/** Whether the owner's limit and the total allow another task. */
export const hasRoom = ({ total, byOwner }: Load, owner: string, { maxActive, maxActivePerOwner }: Limits): boolean =>
  total < maxActive && (byOwner.get(owner) ?? 0) < maxActivePerOwner

/** Where turns are read from: the queue, in parts, in the order of owners' names and each owner's oldest entry first. */
export interface QueueSource {
  /** Some entries of the owners whose names come after this one; empty if there are no such owners. */
  after(owner: string | undefined): Promise<QueueEntry[]>
  /** More entries of this entry's owner; empty if it is the last one. */
  moreOf(entry: QueueEntry): Promise<QueueEntry[]>
}

/** The queue during one round of starts. */
export interface Line {
  /** Takes the next entry that may start now; undefined if there is none. */
  next(load: Load, limits: Limits): Promise<QueueEntry | undefined>
  /** Gives an owner whose entry turned out not to be startable another turn. */
  repeatTurn(owner: string): void
  /** Whose turn was the last one. */
  readonly lastTurn: string | undefined
}

/**
 * Decides who is next. Entries at the front go first, those that hold a slot before all others and then the one that an admin put
 * there last. After them owners take turns in the order of their names, starting after the owner who had the last turn, and each
 * owner's oldest entry goes first. An owner without room is passed over.
 *
 * So between two starts of an owner with room, every other owner starts at most one generation in turn, however many they have
 * waiting. Only as much of the queue is read as is needed to find those that start.
 */
export function openLine(source: QueueSource, front: readonly QueueEntry[], lastTurn: string | undefined): Line {
  const ring = openRing(source, lastTurn)
  const ahead = front.toSorted(byUrgency)
  return {
    async next(load, limits) {
      const holder = ahead.findIndex(({ generationId }) => load.holders.has(generationId))
      const index = holder >= 0 ? holder : ahead.findIndex(({ owner }) => hasRoom(load, owner, limits))
      const [first] = index < 0 ? [] : ahead.splice(index, 1)
      const isAhead = ({ generationId }: QueueEntry) => front.some((entry) => entry.generationId === generationId)
      let entry = first
      while (!entry && load.total < limits.maxActive) {
        const found = await ring.next((owner) => hasRoom(load, owner, limits))
        if (!found) return undefined
        // Its other entry is at the front.
        if (isAhead(found)) ring.repeatTurn(found.owner)
        else entry = found
      }
      return entry
    },
    repeatTurn: ring.repeatTurn,
    get lastTurn() {
      return ring.lastTurn
    },
  }
}

const byUrgency = (a: QueueEntry, b: QueueEntry): number =>
  -compare(a.prioritizedAt ?? '', b.prioritizedAt ?? '') || compare(a.queuedAt, b.queuedAt)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

interface Waiting {
  owner: string
  entries: QueueEntry[]
  /** The last entry read. */
  last: QueueEntry | undefined
}

/** Owners with waiting entries, in the order of their turns. */
function openRing(source: QueueSource, lastTurn: string | undefined) {
  const owners: Waiting[] = []
  const repeated: Waiting[] = []
  let index = 0
  let current = lastTurn
  let readUpTo = lastTurn
  let wrapped = lastTurn === undefined
  let complete = false
  return {
    async next(hasRoomFor: (owner: string) => boolean): Promise<QueueEntry | undefined> {
      for (let waiting = repeated.shift(); waiting; waiting = repeated.shift()) {
        const entry = hasRoomFor(waiting.owner) ? await take(waiting) : undefined
        if (entry) return entry
      }
      for (let passed = 0; ; passed++) {
        while (index === owners.length && !complete) await readOwners()
        if (complete && passed >= owners.length) return undefined
        if (index === owners.length) index = 0
        const waiting = owners[index++]
        const entry = waiting && hasRoomFor(waiting.owner) ? await take(waiting) : undefined
        if (!entry) continue
        current = entry.owner
        return entry
      }
    },
    repeatTurn(owner: string): void {
      const waiting = owners.find((each) => each.owner === owner)
      if (waiting) repeated.push(waiting)
    },
    get lastTurn(): string | undefined {
      return current
    },
  }

  async function readOwners(): Promise<void> {
    const entries = await source.after(readUpTo)
    for (const [owner, theirs] of Map.groupBy(entries, (entry) => entry.owner)) {
      const beyond = wrapped && lastTurn !== undefined && owner > lastTurn
      if (!beyond) owners.push({ owner, entries: theirs, last: theirs.at(-1) })
      readUpTo = owner
      complete ||= beyond || (wrapped && owner === lastTurn)
      if (complete) return
    }
    if (entries.length > 0) return
    if (wrapped) complete = true
    wrapped = true
    readUpTo = undefined
  }

  async function take(waiting: Waiting): Promise<QueueEntry | undefined> {
    if (waiting.entries.length === 0 && waiting.last) {
      waiting.entries = await source.moreOf(waiting.last)
      waiting.last = waiting.entries.at(-1)
    }
    return waiting.entries.shift()
  }
}
