import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { GenerationRecord } from '../generation.ts'
import { microsOf, usdOf } from '../money.ts'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'

/** The model that wrote the pages. */
export type Writer = Pick<GenerationRecord, 'provider' | 'model'>

/** A number of pages and their total cost. */
export interface PageCosts {
  pages: number
  costUsd: number
}

const keysOf = ({ provider, model }: Writer) => itemKeys.pageCosts(`${provider}/${model}`)

/** Older pages fade out of the average, since prices and prompts change. */
const REMEMBERED_PAGES = 200

/** The cost of this model's recent pages; undefined before the first. */
export async function readPageCosts(table: Table, writer: Writer): Promise<PageCosts | undefined> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: keysOf(writer) }))
  return Item && { pages: Number(Item.pages), costUsd: usdOf(Number(Item.microUsd)) }
}

/**
 * Adds pages to this model's average. Of two concurrent writes one may be lost, and a repeated write counts twice: neither matters
 * for an average.
 */
export async function recordPageCosts(table: Table, writer: Writer, { pages, costUsd }: PageCosts): Promise<void> {
  const before = await readPageCosts(table, writer)
  // Free and paid pages do not mix: free ones come from a stand-in for the model.
  const kept = !before || (before.costUsd === 0) !== (costUsd === 0) ? { pages: 0, costUsd: 0 } : before
  const share = Math.min(1, REMEMBERED_PAGES / (kept.pages || 1))
  const Item = {
    ...keysOf(writer),
    pages: kept.pages * share + pages,
    microUsd: microsOf(kept.costUsd * share + costUsd),
  }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}
