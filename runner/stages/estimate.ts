import type { Table } from '../../shared/aws/clients.ts'
import { readPageCosts, recordPageCosts, type Writer } from '../../shared/aws/page-costs.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { addUsd } from '../../shared/money.ts'
import type { Budget } from '../ai/call/budget.ts'
import { adapters } from '../ai/providers/adapters.ts'

/**
 * Estimates the cost of the whole generation in US dollars: its cost so far, plus the missing pages at the price of this model's
 * last pages here, or else at list prices. Undefined when neither is known.
 */
export async function estimateCost(
  table: Table,
  record: GenerationRecord,
  missing: number,
  spentUsd: number | undefined,
): Promise<number | undefined> {
  if (missing === 0) return spentUsd ?? 0
  const page = await costOfPage(table, record, spentUsd)
  return page === undefined ? undefined : addUsd(spentUsd ?? 0, missing * page)
}

async function costOfPage(table: Table, writer: Writer, spentUsd: number | undefined): Promise<number | undefined> {
  // The plan was free, so the CLI charges nothing.
  if (spentUsd === 0) return 0
  const past = await readPageCosts(table, writer)
  if (past && (past.costUsd > 0 || spentUsd === undefined)) return past.costUsd / past.pages
  return adapters[writer.provider].listPrice(writer.model, TYPICAL_PAGE, TYPICAL_REQUESTS) ?? undefined
}

/**
 * The assumed usage of a page until the first ones are written: ten requests whose prompts grow to forty thousand tokens, mostly
 * read from the cache. This is not measured; actual costs replace it as soon as there are any.
 */
const TYPICAL_PAGE = { input: 250_000, cached: 200_000, output: 5_000 }
const TYPICAL_REQUESTS = 10

/**
 * Stores what the pages cost for later estimates, if every call's cost is known. `budget` must have seen only them since
 * `beforeUsd`.
 */
export async function rememberPageCosts(
  table: Table,
  writer: Writer,
  pages: number,
  budget: Budget,
  beforeUsd: number | undefined,
): Promise<void> {
  const costUsd = budget.costUsd()
  if (pages <= 0 || costUsd === undefined || budget.unknownCalls() > 0) return
  await recordPageCosts(table, writer, { pages, costUsd: addUsd(costUsd, -(beforeUsd ?? 0)) })
}
