import { GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import pLimit from 'p-limit'
import type { Table } from '../../shared/aws/clients.ts'
import { correctKnown } from '../../shared/aws/known.ts'
import { keysInLists } from '../../shared/aws/listings.ts'
import { recordOf } from '../../shared/aws/records.ts'
import { isActive } from '../../shared/lifecycle.ts'

type Item = Record<string, unknown>

const WRITES_AT_ONCE = 16

/** Marks that a table has all items of the one from which they were copied. */
const MARK = { pk: 'UPGRADED', sk: 'TABLE' }

/** Copies all items, with the attributes that this version's indexes need. Items that have them already stay as they are. */
export async function copyUpgraded(from: Table, to: Table): Promise<void> {
  const limit = pLimit(WRITES_AT_ONCE)
  const put = async (Item: Item) => void (await to.client.send(new PutCommand({ TableName: to.name, Item })))
  for await (const items of scan(from)) await limit.map(items.flatMap(upgraded), put)
  for await (const items of scan(to))
    await limit.map(items.filter(isRecord), async (item) => await correctKnown(to, recordOf(item)))
}

export const markUpgraded = async ({ client, name }: Table): Promise<unknown> =>
  await client.send(new PutCommand({ TableName: name, Item: MARK }))

/** Whether the table was marked. */
export const isUpgraded = async ({ client, name }: Table): Promise<boolean> =>
  (await client.send(new GetCommand({ TableName: name, Key: MARK, ConsistentRead: true }))).Item !== undefined

async function* scan({ client, name }: Table): AsyncGenerator<Item[]> {
  let start: Item | undefined
  do {
    const command = new ScanCommand({ TableName: name, ConsistentRead: true, ExclusiveStartKey: start })
    const { Items = [], LastEvaluatedKey } = await client.send(command)
    yield Items
    start = LastEvaluatedKey
  } while (start)
}

const isRecord = (item: Item): boolean => item.sk === 'RECORD' && !('removedAt' in item)

/** The item as this version writes it; none if this version has no such item. */
function upgraded(item: Item): Item[] {
  const [kind] = String(item.pk).split('#')
  if (kind === 'UPGRADED' || kind === 'CREATIONS') return []
  if (kind === 'USER' || kind === 'GRANTS') return [withChange(item)]
  return [isRecord(item) ? upgradedRecord(item) : item]
}

/** The indexes of earlier versions had the sort key `updatedAt`, which never changed. */
function withChange({ updatedAt, ...item }: Item): Item {
  return { change: updatedAt, ...item }
}

/** Earlier versions had the time of the last change in `changedAt`. */
function upgradedRecord({ changedAt, ...item }: Item): Item {
  const record = recordOf(item)
  const updatedAt = String(changedAt ?? '') > record.updatedAt ? String(changedAt) : record.updatedAt
  const activeOwner = isActive(record) ? { activeOwner: record.owner } : {}
  return { ...item, ...keysInLists({ ...record, updatedAt }), ...activeOwner }
}
