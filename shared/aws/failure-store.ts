import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'
import { conditionHeld } from './table-requests.ts'

/**
 * Where the wrong keys of one address or account are counted. There is a fixed number of buckets, so that no number of addresses
 * fills the table. A bucket belongs to one of them at a time; the next one to need it takes it over.
 */
export interface Bucket {
  name: string
  /** Identifies the address or account. */
  whose: string
}

/** The different wrong keys of a time window. */
export interface WrongKeys {
  count: number
  /** When the window ends and counting restarts, in seconds since 1970. */
  endsAt: number
}

const Item = z.object({
  whose: z.string(),
  /** A tag for each different wrong key. */
  tried: z.array(z.string()),
  /** Seconds since 1970. DynamoDB removes the item some time after. */
  expiresAt: z.number().int(),
})

/** The wrong keys in this bucket. A consistent read. */
export async function readWrongKeys(table: Table, bucket: Bucket): Promise<WrongKeys> {
  const Key = itemKeys.failures(bucket.name)
  const found = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))
  const { data: item } = Item.safeParse(found.Item)
  const isOpen = item !== undefined && item.whose === bucket.whose && item.expiresAt > now()
  return isOpen ? { count: item.tried.length, endsAt: item.expiresAt } : { count: 0, endsAt: 0 }
}

interface Counting {
  /** Length of the window that the first wrong key opens. */
  windowSeconds: number
  /** No more keys are counted than this. */
  most: number
}

/** Counts a wrong key, once per window. */
export async function addWrongKey(
  table: Table,
  bucket: Bucket,
  tag: string,
  { windowSeconds, most }: Counting,
): Promise<void> {
  // If someone else has just opened the window, the second try adds the key. If that fails too, the key is there, or the most.
  for (const write of [add, open, add]) if (await write()) return

  async function add(): Promise<boolean> {
    return await update(
      'SET tried = list_append(tried, :tags)',
      'whose = :whose AND expiresAt > :now AND size(tried) < :most AND NOT contains(tried, :tag)',
      { ':whose': bucket.whose, ':now': now(), ':most': most, ':tag': tag, ':tags': [tag] },
    )
  }

  async function open(): Promise<boolean> {
    return await update(
      'SET whose = :whose, tried = :tags, expiresAt = :end',
      'attribute_not_exists(whose) OR whose <> :whose OR expiresAt <= :now',
      { ':whose': bucket.whose, ':now': now(), ':end': now() + windowSeconds, ':tags': [tag] },
    )
  }

  async function update(UpdateExpression: string, ConditionExpression: string, values: Record<string, unknown>) {
    const request = new UpdateCommand({
      TableName: table.name,
      Key: itemKeys.failures(bucket.name),
      UpdateExpression,
      ConditionExpression,
      ExpressionAttributeValues: values,
    })
    return await conditionHeld(table.client.send(request))
  }
}

const now = (): number => Math.floor(Date.now() / 1000)
