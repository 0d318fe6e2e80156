import { randomUUID } from 'node:crypto'
import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Lease } from '../generation.ts'
import { now } from '../time.ts'
import type { QueueEntry, QueueSource, Slot } from '../turns.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { conditionHeld, queryAll } from './table-requests.ts'

/** Puts a generation in the queue. Written before its record: a crash in between leaves a stray entry, never lost work. */
export async function enqueue(table: Table, entry: QueueEntry): Promise<void> {
  const { owner, queuedAt, generationId, key, prioritizedAt } = entry
  const keys = entry.atFront ? itemKeys.front(generationId) : itemKeys.waiting(owner, queuedAt, generationId)
  // `waitsFor`, not `owner`: an item with an index's key attribute would appear in that index.
  const item = { ...keys, waitsFor: owner, waitingSince: queuedAt, generationId, variantKey: key }
  await put(table, { ...item, ...(prioritizedAt === undefined ? {} : { prioritizedAt }) })
}

/** Removes a generation from the queue, wherever it is; does nothing if it is not there. */
export async function dequeue(table: Table, { owner, queuedAt, generationId }: QueueKey): Promise<void> {
  await Promise.all([
    remove(table, itemKeys.front(generationId)),
    remove(table, itemKeys.waiting(owner, queuedAt, generationId)),
  ])
}

type QueueKey = Pick<QueueEntry, 'owner' | 'queuedAt' | 'generationId'>

/** Removes a generation's entry among its owner's; one at the front stays. */
export async function leaveTurn(table: Table, { owner, queuedAt, generationId }: QueueKey): Promise<void> {
  await remove(table, itemKeys.waiting(owner, queuedAt, generationId))
}

/** The queue of one owner, or of all. Reads all of it, consistently. A generation may have an entry at the front and another. */
export async function listQueue(table: Table, owner?: string): Promise<QueueEntry[]> {
  if (owner === undefined) return (await list(table, 'WAITING', '')).map(entryOfItem)
  const [front, theirs] = await Promise.all([listFront(table), list(table, 'WAITING', `${owner}#`)])
  return [...front.filter((entry) => entry.owner === owner), ...theirs.map(entryOfItem)]
}

/** The entries at the front: at most one for each slot, and those that an admin put there. A consistent read. */
export const listFront = async (table: Table): Promise<QueueEntry[]> =>
  (await list(table, 'WAITING', '#')).map(entryOfItem)

/** Whether any generation is in the queue. A consistent read of one entry. */
export const isAnyWaiting = async (table: Table): Promise<boolean> =>
  (await readEntries(table, { from: '', to: AFTER_ALL, limit: 1 })).length > 0

/** How many generations of an owner wait in turn, counted up to a limit. A consistent read. */
export async function countQueued(table: Table, owner: string, limit: number): Promise<number> {
  let count = 0
  let ExclusiveStartKey: Record<string, unknown> | undefined
  do {
    const { Count = 0, LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        ...between(table, `${owner}#`, after(owner)),
        Select: 'COUNT',
        Limit: limit - count,
        ExclusiveStartKey,
      }),
    )
    count += Count
    ExclusiveStartKey = LastEvaluatedKey
  } while (ExclusiveStartKey && count < limit)
  return count
}

/** An owner's entries in turn that were queued up to a given time, oldest first. A consistent read. */
export const listQueuedUntil = async (table: Table, owner: string, queuedAt: string): Promise<QueueEntry[]> =>
  (await queryAll(table, between(table, `${owner}#`, after(`${owner}#${queuedAt}`)))).map(entryOfItem)

/** Enough for any owner's next starts, and still a single read unit: 4 KB. */
const ENTRIES_PER_READ = 15

/** Reads turns from the queue, consistently and a few entries at a time: what is not needed is not read. */
export const queueSource = (table: Table): QueueSource => ({
  after: async (owner) =>
    await readEntries(table, {
      from: owner === undefined ? FIRST_OWNER : after(owner),
      to: AFTER_ALL,
      limit: ENTRIES_PER_READ,
    }),
  moreOf: async ({ owner, queuedAt, generationId }) => {
    const from = after(itemKeys.waiting(owner, queuedAt, generationId).sk)
    return await readEntries(table, { from, to: after(owner), limit: ENTRIES_PER_READ })
  },
})

/** A sort key after all that begin with this text and a `#`: `$` comes next, and no name contains either. */
const after = (text: string): string => `${text}$`
/** After the entries at the front. */
const FIRST_OWNER = after('')
const AFTER_ALL = '~'

const between = (table: Table, from: string, to: string) => ({
  TableName: table.name,
  KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
  // A key must not be empty.
  ExpressionAttributeValues: { ':pk': 'WAITING', ':from': from || ' ', ':to': to },
  ConsistentRead: true,
})

async function readEntries(
  table: Table,
  { from, to, limit }: { from: string; to: string; limit: number },
): Promise<QueueEntry[]> {
  const { Items = [] } = await table.client.send(new QueryCommand({ ...between(table, from, to), Limit: limit }))
  return Items.map(entryOfItem)
}

const entryOfItem = (item: Record<string, unknown>): QueueEntry => ({
  owner: String(item.waitsFor),
  key: String(item.variantKey),
  generationId: String(item.generationId),
  queuedAt: String(item.waitingSince),
  atFront: String(item.sk).startsWith('#'),
  prioritizedAt: item.prioritizedAt === undefined ? undefined : String(item.prioritizedAt),
})

/** What dispatch remembers from one round to the next, and what an admin told it. */
export interface LineState {
  /** The owner who had the last turn. */
  lastTurn?: string | undefined
  /** Why AWS started nothing when it was last asked, in plain words. */
  blockedReason?: string | undefined
  /** Set while an admin lets nothing new start. */
  drained?: { reason: string | null } | undefined
}

/** A consistent read. */
export async function readLineState(table: Table): Promise<LineState> {
  const items = await list(table, 'TURNS', '#')
  const turn = items.find(({ sk }) => sk === itemKeys.turn().sk)
  const drain = items.find(({ sk }) => sk === itemKeys.drain().sk)
  const text = (value: unknown) => (value === undefined ? undefined : String(value))
  return {
    lastTurn: text(turn?.lastTurn),
    blockedReason: text(turn?.blockedReason),
    drained: drain && { reason: text(drain.reason) ?? null },
  }
}

/** Records whose turn was the last one, and whether AWS starts tasks. */
export async function recordTurn(table: Table, { lastTurn, blockedReason }: Omit<LineState, 'drained'>): Promise<void> {
  await put(table, {
    ...itemKeys.turn(),
    ...(lastTurn === undefined ? {} : { lastTurn }),
    ...(blockedReason === undefined ? {} : { blockedReason }),
  })
}

/** From now on dispatch starts nothing new. */
export async function drain(table: Table, reason: string | null): Promise<void> {
  await put(table, { ...itemKeys.drain(), ...(reason === null ? {} : { reason }) })
}

export async function endDrain(table: Table): Promise<void> {
  await remove(table, itemKeys.drain())
}

/** A slot that is taken, and the attempt that holds it. */
export interface TakenSlot extends Slot, Lease {
  takenAt: string
  /** A new id each time the slot is taken: after another dispatch takes it over, the previous holder can no longer free it. */
  takenBy: string
}

/** All slots that are taken. A consistent read: there is no counter to drift, and the totals are exact. */
export async function listSlots(table: Table): Promise<TakenSlot[]> {
  const items = await list(table, 'SLOTS', '')
  return items.map((item) => ({
    number: Number(item.sk),
    owner: String(item.heldFor),
    generationId: String(item.generationId),
    key: String(item.variantKey),
    attempt: Number(item.attempt),
    takenAt: String(item.takenAt),
    takenBy: String(item.takenBy),
  }))
}

/**
 * Takes a free one of `maxActive` slots; undefined when all are taken. Safe to call concurrently.
 *
 * @param taken - the numbers not to try. Those tried here are added, so concurrent calls with the same set try different ones
 */
export async function takeSlot(
  table: Table,
  taker: Lease & { owner: string },
  taken: Set<number>,
  maxActive: number,
): Promise<TakenSlot | undefined> {
  for (let number = 0; number < maxActive; number++) {
    if (taken.has(number)) continue
    taken.add(number)
    const slot = await occupy(table, number, taker, 'attribute_not_exists(pk)')
    if (slot) return slot
  }
  return undefined
}

/** Takes over the slot that the generation already holds; undefined when another dispatch took it over or freed it first. */
export const takeOverSlot = async (
  table: Table,
  held: TakenSlot,
  taker: Lease & { owner: string },
): Promise<TakenSlot | undefined> =>
  await occupy(table, held.number, taker, 'takenBy = :before', { ':before': held.takenBy })

/** @param condition - when the slot may be taken; a retry after a lost reply finds it taken by itself, which counts as success */
async function occupy(
  table: Table,
  number: number,
  { key, generationId, attempt, owner }: Lease & { owner: string },
  condition: string,
  values: Record<string, string> = {},
): Promise<TakenSlot | undefined> {
  const slot = { number, key, generationId, attempt, owner, takenAt: now(), takenBy: randomUUID() }
  const { takenAt, takenBy } = slot
  const keys = itemKeys.slot(number)
  const item = { ...keys, heldFor: owner, generationId, variantKey: key, attempt, takenAt, takenBy }
  const taken = await put(table, item, `${condition} OR takenBy = :mine`, { ...values, ':mine': takenBy })
  return taken ? slot : undefined
}

/** Frees a slot, unless it has been taken again in the meantime. */
export async function freeSlot(table: Table, { number, takenBy }: TakenSlot): Promise<void> {
  await remove(table, itemKeys.slot(number), takenBy)
}

const list = async (table: Table, pk: string, prefix: string): Promise<Record<string, unknown>[]> =>
  await queryAll(table, {
    KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
    ExpressionAttributeValues: prefix ? { ':pk': pk, ':prefix': prefix } : { ':pk': pk },
    ConsistentRead: true,
  })

/** False when the condition did not hold. */
async function put(
  table: Table,
  item: Record<string, unknown>,
  condition?: string,
  values?: Record<string, string>,
): Promise<boolean> {
  const guard = condition ? { ConditionExpression: condition, ExpressionAttributeValues: values } : {}
  return await conditionHeld(table.client.send(new PutCommand({ TableName: table.name, Item: item, ...guard })))
}

async function remove(table: Table, keys: { pk: string; sk: string }, takenBy?: string): Promise<void> {
  const guard = takenBy
    ? { ConditionExpression: 'takenBy = :seen', ExpressionAttributeValues: { ':seen': takenBy } }
    : {}
  await conditionHeld(table.client.send(new DeleteCommand({ TableName: table.name, Key: keys, ...guard })))
}
