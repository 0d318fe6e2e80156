import pLimit from 'p-limit'
import { isClosed, markAllBooked, wasAllBooked } from '../../shared/aws/ledger.ts'
import { entriesIn } from '../../shared/aws/listings.ts'
import { readRecords } from '../../shared/aws/records.ts'
import { SHARDS } from '../../shared/aws/table.ts'
import { closeRecord } from '../../shared/aws/variant-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import type { Resources } from '../resources.ts'

/** Records to process concurrently. */
const AT_ONCE = 8
/** Records to read at a time. */
const PAGE = 100

/**
 * Books the costs of generations that ended before docsfy kept totals. It runs to completion once per table and starts over after
 * a crash. Until then such a cost exists only on its record, and is booked before the record is reused or removed.
 */
export async function bookEarlierCosts({ table }: Resources<'table'>): Promise<void> {
  if (await wasAllBooked(table)) return
  const limit = pLimit(AT_ONCE)
  for (let shard = 0; shard < SHARDS; shard++) {
    for await (const entries of entriesIn(table, { shard: String(shard) }, { pageSize: PAGE })) {
      const keys = entries.map(({ key }) => key)
      await limit.map((await readRecords(table, keys)).values(), book)
    }
  }
  await markAllBooked(table)

  async function book(record: GenerationRecord): Promise<void> {
    if (record.costUsd && !(await isClosed(table, record.generationId))) await closeRecord(table, record)
  }
}
