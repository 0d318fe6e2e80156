import type { Table } from './clients.ts'
import { itemKeys, tableSchema } from './table.ts'
import { queryPages } from './table-requests.ts'

/** The partitions of the index `active`: records that are generating, and ended ones whose cost is not booked yet. */
export const ACTIVE = 'active'
export const ENDED = 'ended'
export type Partition = typeof ACTIVE | typeof ENDED

/** A place in the order of the index. */
export interface Place {
  key: string
  queuedAt: string
}

/** What the index shows of a record. It lags: read the record before deciding anything. */
export interface IndexedRecord extends Place {
  generationId: string
  launched: boolean
  abortAsked: boolean
}

/** Where to read: everything, what comes after a place, or what comes up to one. */
export type Range = { after?: Place } | { upTo: Place }

/** A partition of the index `active`, oldest request first, in DynamoDB's pages: a megabyte at a time. */
export async function* indexedPages(table: Table, partition: Partition, range: Range): AsyncGenerator<IndexedRecord[]> {
  const { partitionKey, sortKey } = tableSchema.indexes.active
  const upTo = 'upTo' in range ? range.upTo : undefined
  const after = 'after' in range ? range.after : undefined
  const start = after && { ...itemKeys.variant(after.key), [partitionKey]: partition, [sortKey]: after.queuedAt }
  const pages = queryPages(
    table,
    {
      IndexName: 'active',
      KeyConditionExpression: `#partition = :partition${upTo ? ' AND #place <= :upTo' : ''}`,
      ExpressionAttributeNames: { '#partition': partitionKey, ...(upTo && { '#place': sortKey }) },
      ExpressionAttributeValues: { ':partition': partition, ...(upTo && { ':upTo': upTo.queuedAt }) },
    },
    start,
  )
  for await (const items of pages) yield items.map(indexedOf)
}

const indexedOf = ({
  pk,
  queuedAt,
  generationId,
  launchedAt,
  abortAskedAt,
}: Record<string, unknown>): IndexedRecord => ({
  key: String(pk).replace('VARIANT#', ''),
  queuedAt: String(queuedAt),
  generationId: String(generationId),
  launched: launchedAt !== undefined,
  abortAsked: abortAskedAt !== undefined,
})
