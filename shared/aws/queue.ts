import { randomUUID } from 'node:crypto'
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Lease } from '../generation.ts'
import { now } from '../time.ts'
import type { QueueEntry, Slot } from '../turns.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { conditionHeld, queryAll, queryPages } from './table-requests.ts'

/** Puts a generation in the queue. Written before its record: a crash in between leaves a stray entry, never lost work. */
export async function enqueue(table: Table, entry: QueueEntry): Promise<void> {
  const { owner, queuedAt, generationId, key } = entry
  const keys = itemKeys.waiting(owner, queuedAt, generationId)
  // `waitsFor`, not `owner`: an item with an index's key attribute would appear in that index.
  await put(table, { ...keys, waitsFor: owner, waitingSince: queuedAt, generationId, variantKey: key })
}

/** Removes an entry from the queue; does nothing if it is not there. */
export async function dequeue(table: Table, { owner, queuedAt, generationId }: QueueEntry): Promise<void> {
  await remove(table, itemKeys.waiting(owner, queuedAt, generationId))
}

/** The queue of one owner, or of all, each owner's oldest entry first. A consistent read. */
export async function listQueue(table: Table, owner?: string): Promise<QueueEntry[]> {
  const items = await list(table, 'WAITING', owner === undefined ? '' : `${owner}#`)
  return items.map((item) => ({
    owner: String(item.waitsFor),
    key: String(item.variantKey),
    generationId: String(item.generationId),
    queuedAt: String(item.waitingSince),
  }))
}

/** Whether any generation is in the queue. A consistent read of one entry. */
export async function isAnyWaiting(table: Table): Promise<boolean> {
  const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'WAITING' } }
  for await (const page of queryPages(table, { ...query, ConsistentRead: true, Limit: 1 })) return page.length > 0
  return false
}

/** When each owner was last served. */
export async function readTurns(table: Table): Promise<Map<string, string>> {
  return new Map((await list(table, 'TURNS', '')).map((item) => [String(item.sk), String(item.lastServedAt)]))
}

/** Records that an owner was served. Kept for a day: after that, an owner who rarely asks counts as never served. */
export async function recordTurn(table: Table, owner: string): Promise<void> {
  const expiresAt = Math.floor(Date.now() / 1000) + 86_400
  await put(table, { ...itemKeys.turn(owner), lastServedAt: now(), expiresAt })
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

/** Takes the first free one of `maxActive` slots; undefined when all are taken. Safe to call concurrently. */
export async function takeSlot(
  table: Table,
  taker: Lease & { owner: string },
  taken: readonly Slot[],
  maxActive: number,
): Promise<TakenSlot | undefined> {
  const numbers = new Set(taken.map(({ number }) => number))
  for (let number = 0; number < maxActive; number++) {
    const slot = numbers.has(number) ? undefined : await occupy(table, number, taker, 'attribute_not_exists(pk)')
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
