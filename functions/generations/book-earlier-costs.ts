import pLimit from 'p-limit'
import { isClosed, markAllBooked, wasAllBooked } from '../../shared/aws/ledger.ts'
import { readRecord, recordPages } from '../../shared/aws/records.ts'
import { SHARDS } from '../../shared/aws/table.ts'
import { closeRecord } from '../../shared/aws/variant-store.ts'
import type { Resources } from '../resources.ts'

/** Records to process concurrently. */
const AT_ONCE = 8

/**
 * Books the costs of generations that ended before docsfy kept totals. It runs to completion once per table and starts over after
 * a crash. Until then such a cost exists only on its record, and is booked before the record is reused or removed.
 */
export async function bookEarlierCosts({ table }: Resources<'table'>): Promise<void> {
  if (await wasAllBooked(table)) return
  const limit = pLimit(AT_ONCE)
  for (let shard = 0; shard < SHARDS; shard++) {
    for await (const page of recordPages(table, 'all', String(shard))) await limit.map(page, book)
  }
  await markAllBooked(table)

  async function book({
    key,
    generationId,
    costUsd,
  }: {
    key: string
    generationId: string
    costUsd?: number | undefined
  }) {
    if (!costUsd || (await isClosed(table, generationId))) return
    const record = await readRecord(table, key)
    if (record) await closeRecord(table, record)
  }
}
