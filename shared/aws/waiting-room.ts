import { randomUUID } from 'node:crypto'
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Lease } from '../generation.ts'
import { now } from '../time.ts'
import type { Slot, Waiting } from '../turns.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { holds, queryAll } from './table-requests.ts'

/** Notes that a generation waits. Written before its record, so that a crash in between leaves a note and no lost work. */
export async function enterWaiting(table: Table, waiting: Waiting): Promise<void> {
  const { owner, queuedAt, generationId, key } = waiting
  const keys = itemKeys.waiting(owner, queuedAt, generationId)
  // `waitsFor`, not `owner`: an item with an index's key attribute would appear in that index.
  await put(table, { ...keys, waitsFor: owner, waitingSince: queuedAt, generationId, variantKey: key })
}

/** Takes the note away; of one that there is not, nothing happens. */
export async function leaveWaiting(table: Table, { owner, queuedAt, generationId }: Waiting): Promise<void> {
  await remove(table, itemKeys.waiting(owner, queuedAt, generationId))
}

/** All that wait (of one owner, or of everybody), each owner's oldest first; a consistent read. */
export async function listWaiting(table: Table, owner?: string): Promise<Waiting[]> {
  const items = await list(table, 'WAITING', owner === undefined ? '' : `${owner}#`)
  return items.map((item) => ({
    owner: String(item.waitsFor),
    key: String(item.variantKey),
    generationId: String(item.generationId),
    queuedAt: String(item.waitingSince),
  }))
}

/** When each owner was last served. */
export async function readTurns(table: Table): Promise<Map<string, string>> {
  return new Map((await list(table, 'TURNS', '')).map((item) => [String(item.sk), String(item.lastServedAt)]))
}

/** Notes the turn for a day: after that an owner counts as never served, which only ever favours those who ask seldom. */
export async function noteTurn(table: Table, owner: string): Promise<void> {
  const expiresAt = Math.floor(Date.now() / 1000) + 86_400
  await put(table, { ...itemKeys.turn(owner), lastServedAt: now(), expiresAt })
}

/** A slot that is taken, and for which attempt. */
export interface TakenSlot extends Slot, Lease {
  takenAt: string
  /** Names this very taking: once another dispatch has taken the slot over, whoever took it before cannot free it. */
  takenBy: string
}

/** All slots that are taken; a consistent read, so totals are exact and nothing counts up and down. */
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

/** Takes the first free of `maxActive` slots; undefined when there is none. Safe when several try at once. */
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

/** Takes over the slot that the generation holds already; undefined when another dispatch was faster, or freed it. */
export const takeOverSlot = async (
  table: Table,
  held: TakenSlot,
  taker: Lease & { owner: string },
): Promise<TakenSlot | undefined> =>
  await occupy(table, held.number, taker, 'takenBy = :before', { ':before': held.takenBy })

/** @param condition - what lets the slot be taken; it is also mine when the reply to this very write was lost */
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

/** Frees a slot, unless it has been taken again since. */
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
  return await holds(table.client.send(new PutCommand({ TableName: table.name, Item: item, ...guard })))
}

async function remove(table: Table, keys: { pk: string; sk: string }, takenBy?: string): Promise<void> {
  const guard = takenBy
    ? { ConditionExpression: 'takenBy = :seen', ExpressionAttributeValues: { ':seen': takenBy } }
    : {}
  await holds(table.client.send(new DeleteCommand({ TableName: table.name, Key: keys, ...guard })))
}
