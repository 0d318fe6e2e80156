import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { GenerationRecord } from '../generation.ts'
import { microsOf, usdOf } from '../money.ts'
import { now } from '../time.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { conditionHeld } from './table-requests.ts'

/** Stands for all owners; no user can have this name. */
export const EVERYBODY = '#everybody'

/**
 * What generations have cost, summed up for each owner and for everybody. Every generation counts once and for good, also when
 * its record is used again or deleted, and a sum is read without looking at generations.
 *
 * A sum is one item: the amount, and for each generation that is not closed yet how much of the amount is its. A generation is
 * counted up to what its record says, again and again while it runs; closing it writes its own item, for ever, and only then takes
 * its mark out of the sums.
 *
 * Why nothing counts twice, whatever is repeated, late or dies: a mark grows by compare-and-set together with the amount. A mark
 * is made only if the generation was not closed after the sum was read and no mark has left the sum since (`closings`); so a mark
 * that was taken out is never made again.
 */
export type Spent = Pick<GenerationRecord, 'owner' | 'key' | 'generationId' | 'costUsd'>

/** Counts what the record says that its generation has cost so far. The record has to say so already: its last word is what counts. */
export async function countCost(table: Table, { owner, generationId, costUsd = 0 }: Spent): Promise<void> {
  if (costUsd <= 0) return
  await Promise.all(sumsWith(owner, generationId).map((whose) => count(table, whose, generationId, microsOf(costUsd))))
}

/** Counts a generation that has ended for the last time. Its record may be used again, or removed, only after this. */
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
  await Promise.all(sumsWith(owner, generationId).map((whose) => unmark(table, whose, generationId)))
}

/** US dollars that were ever spent: by an owner, or, with {@link EVERYBODY}, by all. */
export async function readSpent(table: Table, whose: string): Promise<number> {
  const items = whose === EVERYBODY ? Array.from({ length: SHARES }, (_, share) => shareOf(share)) : [whose]
  const sums = await Promise.all(items.map((each) => readSum(table, each)))
  return usdOf(sums.reduce((micros, sum) => micros + Number(sum?.microUsd ?? 0), 0))
}

/** Whether {@link markAllBooked} was ever called. */
export const wasAllBooked = async (table: Table): Promise<boolean> =>
  (await read(table, itemKeys.allBooked())) !== undefined

/** Notes that no record is left from before there were sums. */
export async function markAllBooked(table: Table): Promise<void> {
  const Item = { ...itemKeys.allBooked(), bookedAt: now() }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** Everybody's sum is kept in so many items, so that no single one takes the writes of all runners. */
const SHARES = 8
const shareOf = (share: number): string => `${EVERYBODY}-${share}`

const sumsWith = (owner: string, generationId: string): string[] => [
  owner,
  shareOf(Number.parseInt(generationId.slice(0, 4), 16) % SHARES),
]

/** Only a rival's write makes a try fail, and a rival that closes comes once for each generation. */
const TRIES = 20

async function count(table: Table, whose: string, generationId: string, microUsd: number): Promise<void> {
  for (let tries = 1; tries <= TRIES; tries++) {
    // In this order: a generation that is closed after the sum was read changes `closings`.
    const sum = await readSum(table, whose)
    const counted = sum?.[generationId] as number | undefined
    if (counted === undefined ? await isClosed(table, generationId) : counted >= microUsd) return
    if (await add(table, whose, generationId, { counted, microUsd, closings: sum?.closings })) return
  }
  throw new Error(`The sum of costs of ${whose} was busy for ${TRIES} tries`)
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

const readSum = async (table: Table, whose: string) => await read(table, itemKeys.spending(whose))

/** Whether a generation's last word is booked. */
export const isClosed = async (table: Table, generationId: string): Promise<boolean> =>
  (await read(table, itemKeys.cost(generationId))) !== undefined

async function read(table: Table, Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))
  return Item
}
