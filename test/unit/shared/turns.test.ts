import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Limits, loadOf, openLine, type QueueEntry, type QueueSource, type Slot } from '../../../shared/turns.ts'

const entryOf = (owner: string, number: number): QueueEntry => ({
  owner,
  key: `${owner}-${number}`,
  generationId: `${owner}-${number}`,
  queuedAt: String(number).padStart(6, '0'),
  atFront: false,
})

/** A queue in memory, read in parts of two entries. */
function queueOf(entries: () => readonly QueueEntry[]): QueueSource {
  const sorted = () =>
    entries().toSorted((a, b) =>
      a.owner === b.owner ? (a.queuedAt < b.queuedAt ? -1 : 1) : a.owner < b.owner ? -1 : 1,
    )
  return {
    after: async (owner) =>
      sorted()
        .filter((entry) => owner === undefined || entry.owner > owner)
        .slice(0, 2),
    moreOf: async (last) =>
      sorted()
        .filter((entry) => entry.owner === last.owner && entry.queuedAt > last.queuedAt)
        .slice(0, 2),
  }
}

interface Start {
  entry: QueueEntry
  /** Owners that had waiting work and room just before this start. */
  ready: Set<string>
}

/** Plays rounds: new requests arrive, tasks end, and dispatch starts what it may, always with the queue as it is then. */
async function play(
  { arrivals, limits }: { arrivals: string[][]; limits: Limits },
  endOne: (slots: Slot[]) => number,
): Promise<Start[]> {
  let waiting: QueueEntry[] = []
  const slots: Slot[] = []
  const starts: Start[] = []
  let lastTurn: string | undefined
  let number = 0
  for (let round = 0; round < arrivals.length || waiting.length > 0; round++) {
    for (const owner of arrivals[round] ?? []) waiting.push(entryOf(owner, ++number))
    if (slots.length > 0) slots.splice(endOne(slots), 1)
    const line = openLine(
      queueOf(() => waiting),
      [],
      lastTurn,
    )
    for (;;) {
      const load = loadOf(slots)
      const hasRoom = (owner: string) => (load.byOwner.get(owner) ?? 0) < limits.maxActivePerOwner
      const ready = new Set(waiting.map(({ owner }) => owner).filter(hasRoom))
      const entry = await line.next(load, limits)
      if (!entry) {
        if (load.total < limits.maxActive) expect(ready).toEqual(new Set())
        break
      }
      expect(load.total).toBeLessThan(limits.maxActive)
      expect(ready).toContain(entry.owner)
      starts.push({ entry, ready })
      slots.push({ ...entry, number: 0 })
      waiting = waiting.filter(({ generationId }) => generationId !== entry.generationId)
    }
    ;({ lastTurn } = line)
  }
  return starts
}

const owners = ['anna', 'bert', 'cleo', 'dora', 'emil']
const histories = fc.record({
  arrivals: fc.array(fc.array(fc.constantFrom(...owners), { maxLength: 12 }), { minLength: 1, maxLength: 12 }),
  limits: fc.record({ maxActive: fc.integer({ min: 1, max: 5 }), maxActivePerOwner: fc.integer({ min: 1, max: 3 }) }),
  ends: fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
})

test('while an owner has room, every other owner starts at most one generation before the owner starts the oldest', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ arrivals, limits, ends }) => {
      let end = 0
      const starts = await play({ arrivals, limits }, (slots) => (ends[end++ % ends.length] ?? 0) % slots.length)
      for (const owner of owners) {
        const overtakers = new Map<string, number>()
        for (const { entry, ready } of starts) {
          if (entry.owner === owner || !ready.has(owner)) overtakers.clear()
          else overtakers.set(entry.owner, (overtakers.get(entry.owner) ?? 0) + 1)
          expect(Math.max(0, ...overtakers.values())).toBeLessThanOrEqual(1)
        }
        const theirs = starts.filter(({ entry }) => entry.owner === owner).map(({ entry }) => entry.queuedAt)
        expect(theirs).toEqual(theirs.toSorted())
      }
      expect(starts).toHaveLength(arrivals.flat().length)
    }),
    { numRuns: 100 },
  )
})

const limits = { maxActive: 2, maxActivePerOwner: 1 }
const slot = (entry: QueueEntry): Slot => ({ ...entry, number: 0 })
const lineOf = (front: QueueEntry[], inTurn: QueueEntry[] = [], lastTurn?: string) =>
  openLine(
    queueOf(() => inTurn),
    front,
    lastTurn,
  )

test('a generation that holds a slot goes first, whatever the limits', async () => {
  const resumed = { ...entryOf('bert', 2), atFront: true }
  const other = { ...entryOf('bert', 3), atFront: true, prioritizedAt: '1' }
  const line = lineOf([other, resumed], [entryOf('anna', 1)])
  const full = loadOf([slot(resumed), slot(entryOf('bert', 9))])
  expect(await line.next(full, limits)).toMatchObject({ generationId: 'bert-2' })
  expect(await line.next(full, limits)).toBeUndefined()
})

test('the generation that was prioritized last goes before all turns, but not beyond the limit of its owner', async () => {
  const first = { ...entryOf('bert', 2), atFront: true, prioritizedAt: '1' }
  const last = { ...entryOf('cleo', 3), atFront: true, prioritizedAt: '2' }
  const inTurn = [entryOf('anna', 1)]
  expect(await lineOf([first, last], inTurn).next(loadOf([]), limits)).toMatchObject({ generationId: 'cleo-3' })
  const busy = loadOf([slot(entryOf('cleo', 9))])
  expect(await lineOf([last], inTurn).next(busy, limits)).toMatchObject({ generationId: 'anna-1' })
})

test('a generation at the front does not start a second time in its turn', async () => {
  const twice = entryOf('anna', 1)
  const line = lineOf([{ ...twice, atFront: true }], [twice, entryOf('anna', 2)])
  const free = { maxActive: 9, maxActivePerOwner: 9 }
  expect(await line.next(loadOf([]), free)).toMatchObject({ generationId: 'anna-1' })
  expect(await line.next(loadOf([]), free)).toMatchObject({ generationId: 'anna-2' })
  expect(await line.next(loadOf([]), free)).toBeUndefined()
})

test('an owner whose entry was not startable gets another turn before the others', async () => {
  const line = lineOf([], [entryOf('anna', 1), entryOf('anna', 2), entryOf('bert', 3), entryOf('cleo', 4)], 'bert')
  const next = async () => (await line.next(loadOf([]), limits))?.generationId
  expect(await next()).toBe('cleo-4')
  expect(await next()).toBe('anna-1')
  line.repeatTurn('anna')
  expect([await next(), await next(), await next()]).toEqual(['anna-2', 'bert-3', undefined])
  expect(line.lastTurn).toBe('bert')
})
