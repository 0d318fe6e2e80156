import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { GenerationRecord } from '../generation.ts'
import { microsOf, usdOf } from '../money.ts'
import { now } from '../time.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { conditionHeld, readItems } from './table-requests.ts'

/** Stands for all owners. Not a valid username. */
export const EVERYBODY = '#everybody'

/**
 * The cost of generations, totalled per owner and overall. Every generation counts exactly once and permanently, even if its record
 * is reused or deleted, and totals are read without reading any generations.
 *
 * A total is one item: the amount and, for each generation that is not closed yet, a mark with its share of the amount. While a
 * generation runs, its mark is raised repeatedly to the cost on its record. Closing it writes a permanent item of its own, and only
 * then removes its mark from the totals.
 *
 * Nothing counts twice, whatever is repeated, late or crashes: a mark and the amount grow together by compare-and-set. A mark is
 * created only if the generation was still open after the total was read, and no mark has been removed from the total since
 * (`closings`). So a removed mark is never created again.
 */
export type Spent = Pick<GenerationRecord, 'owner' | 'key' | 'generationId' | 'costUsd'>

/** Counts a generation's cost so far. Write it to the record first: the final cost is taken from there. */
export async function countCost(table: Table, { owner, generationId, costUsd = 0 }: Spent): Promise<void> {
  if (costUsd <= 0) return
  await Promise.all(totalsOf(owner, generationId).map((whose) => count(table, whose, generationId, microsOf(costUsd))))
}

/** Counts the final cost of an ended generation. Only after this may its record be reused or removed. */
export async function closeCost(table: Table, spent: Spent): Promise<void> {
  const { owner, key, generationId, costUsd = 0 } = spent
  if (costUsd <= 0) return
  if (!(await isClosed(table, generationId))) {
    await countCost(table, spent)
    // `spentBy`, not `owner`: an item with an index's key attribute would appear in that index.
    const Item = {
      ...itemKeys.cost(generationId),
      generationId,
      variantKey: key,
      spentBy: owner,
      costUsd,
      closedAt: now(),
    }
    const ConditionExpression = 'attribute_not_exists(pk)'
    await conditionHeld(table.client.send(new PutCommand({ TableName: table.name, Item, ConditionExpression })))
  }
  await Promise.all(totalsOf(owner, generationId).map((whose) => unmark(table, whose, generationId)))
}

/** All US dollars ever spent by an owner, or by all owners with {@link EVERYBODY}. */
export async function readSpent(table: Table, whose: string): Promise<number> {
  const totals =
    whose === EVERYBODY
      ? await readItems(
          table,
          Array.from({ length: SHARES }, (_, share) => itemKeys.spending(shareOf(share))),
        )
      : [await readTotal(table, whose)]
  return usdOf(totals.reduce((micros, total) => micros + Number(total?.microUsd ?? 0), 0))
}

/** Whether {@link markAllBooked} has been called. */
export const wasAllBooked = async (table: Table): Promise<boolean> =>
  (await read(table, itemKeys.allBooked())) !== undefined

/** Marks that the costs of all records from before the ledger existed are booked. */
export async function markAllBooked(table: Table): Promise<void> {
  const Item = { ...itemKeys.allBooked(), bookedAt: now() }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** The overall total is split into this many items, so that no single item takes the writes of all runners. */
const SHARES = 8
const shareOf = (share: number): string => `${EVERYBODY}-${share}`

const totalsOf = (owner: string, generationId: string): string[] => [
  owner,
  shareOf(Number.parseInt(generationId.slice(0, 4), 16) % SHARES),
]

/** A try fails only because of a concurrent write, and each generation is closed only once. */
const TRIES = 20

async function count(table: Table, whose: string, generationId: string, microUsd: number): Promise<void> {
  for (let tries = 1; tries <= TRIES; tries++) {
    // In this order: closing a generation after the total was read changes `closings`.
    const total = await readTotal(table, whose)
    const counted = total?.[generationId] as number | undefined
    if (counted === undefined ? await isClosed(table, generationId) : counted >= microUsd) return
    if (await add(table, whose, generationId, { counted, microUsd, closings: total?.closings })) return
  }
  throw new Error(`The total cost of ${whose} could not be updated in ${TRIES} tries`)
}

async function add(
  table: Table,
  whose: string,
  generationId: string,
  { counted, microUsd, closings }: { counted: number | undefined; microUsd: number; closings: unknown },
): Promise<boolean> {
  const condition =
    counted !== undefined
      ? '#generation = :counted'
      : `attribute_not_exists(#generation) AND ${closings === undefined ? 'attribute_not_exists(closings)' : 'closings = :closings'}`
  const values = { ':counted': counted, ':closings': closings }
  const used = Object.entries(values).filter(([name]) => condition.includes(name))
  return await conditionHeld(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: itemKeys.spending(whose),
        ConditionExpression: condition,
        UpdateExpression:
          'SET #generation = :all, microUsd = if_not_exists(microUsd, :zero) + :more, closings = if_not_exists(closings, :zero)',
        ExpressionAttributeNames: { '#generation': generationId },
        ExpressionAttributeValues: {
          ':all': microUsd,
          ':more': microUsd - (counted ?? 0),
          ':zero': 0,
          ...Object.fromEntries(used),
        },
      }),
    ),
  )
}

async function unmark(table: Table, whose: string, generationId: string): Promise<void> {
  await conditionHeld(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: itemKeys.spending(whose),
        ConditionExpression: 'attribute_exists(#generation)',
        UpdateExpression: 'SET closings = closings + :one REMOVE #generation',
        ExpressionAttributeNames: { '#generation': generationId },
        ExpressionAttributeValues: { ':one': 1 },
      }),
    ),
  )
}

const readTotal = async (table: Table, whose: string) => await read(table, itemKeys.spending(whose))

/** Whether a generation's final cost is booked. */
export const isClosed = async (table: Table, generationId: string): Promise<boolean> =>
  (await read(table, itemKeys.cost(generationId))) !== undefined

async function read(table: Table, Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))
  return Item
}
