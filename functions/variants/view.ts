import { fileURLToPath } from 'node:url'
import pLimit from 'p-limit'
import type { VariantView } from '../../api/variant.ts'
import { listQueue } from '../../shared/aws/queue.ts'
import { getText } from '../../shared/aws/site-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { isActive, isReady } from '../../shared/lifecycle.ts'
import { addUsd } from '../../shared/money.ts'
import { planKeyOfSite } from '../../shared/object-keys.ts'
import { parseJson } from '../../shared/parse-json.ts'
import { apiTime, secondsBetween } from '../../shared/time.ts'
import type { Resources } from '../resources.ts'

/** Of plans: a project may have any number of variants, and all requests share the sockets that a client of S3 opens. */
const READS_AT_ONCE = 16

/** Variants as clients see them, with the place of each waiting one among its owner's. */
export async function viewVariants(
  resources: Resources<'table' | 'bucket'>,
  records: GenerationRecord[],
  options: { plans: 'all' | 'generating' | 'none' },
): Promise<VariantView[]> {
  const places = await placesInLine(resources, records)
  const shown = { all: () => true, generating: isActive, none: () => false }[options.plans]
  return await pLimit(READS_AT_ONCE).map(records, async (record) => ({
    ...viewOf(record),
    queue_position: places.get(record.generationId) ?? null,
    ...(shown(record) ? { plan_json: await planJson(resources, record) } : {}),
  }))
}

/** One variant, with its plan. */
export async function viewVariant(
  resources: Resources<'table' | 'bucket'>,
  record: GenerationRecord,
): Promise<VariantView> {
  const [view] = await viewVariants(resources, [record], { plans: 'all' })
  if (!view) throw new Error('One record has one view')
  return view
}

function viewOf(record: GenerationRecord): Omit<VariantView, 'queue_position' | 'plan_json'> {
  const { published } = record
  return {
    name: record.name,
    branch: record.branch,
    ai_provider: record.provider,
    ai_model: record.model,
    owner: record.owner,
    generation_id: record.generationId,
    repo_url: sourceOf(record),
    status: record.status,
    current_stage: record.stage,
    last_commit_sha: published?.commit ?? null,
    last_generated: apiTime(published?.publishedAt),
    page_count: isActive(record) ? (record.donePages ?? 0) : (published?.pageCount ?? 0),
    error_message: record.errorMessage ?? null,
    repo_type: record.repoType,
    total_cost_usd: costOfSite(record),
    estimated_cost_usd: record.estimatedCostUsd ?? null,
    spent_usd: addUsd(record.spentUsd ?? 0, record.costUsd ?? 0),
    created_at: apiTime(record.createdAt),
    updated_at: apiTime(record.updatedAt),
    total_pages: record.totalPages ?? null,
    failed_pages: record.failedPages ?? [],
    unverified_citations: record.unverifiedCitations ?? null,
    ref: record.ref ?? record.askedRef,
    attempt: record.attempt,
    queued_at: apiTime(record.queuedAt),
    started_at: apiTime(record.startedAt),
    generation_started_at: isActive(record) ? (record.startedAt ?? record.queuedAt) : null,
    generation_duration: durationOf(record),
    waiting_reason: record.waitingReason ?? null,
  }
}

/** Seconds. Of a generation that did not end well, nobody asks. */
const durationOf = (record: GenerationRecord): number | null =>
  isReady(record) && record.startedAt ? secondsBetween(record.startedAt, record.updatedAt) : null

/** Of the generation that made what readers see; while generating, of this one so far. */
function costOfSite(record: GenerationRecord): number | null {
  const { published, generationId, costUsd = null, publishedCostUsd = null } = record
  if (isActive(record) || published?.generationId === generationId) return costUsd
  return published ? publishedCostUsd : null
}

/** As it was asked for: a repository of the machine by its path. */
const sourceOf = ({ repoUrl }: GenerationRecord): string =>
  repoUrl.startsWith('file:') ? fileURLToPath(repoUrl) : repoUrl

/** While generating this run's plan, once there is one; otherwise the plan of the site that readers see. */
async function planJson({ bucket }: Resources<'table' | 'bucket'>, record: GenerationRecord): Promise<string | null> {
  const { published, planKey } = record
  const key = isActive(record) ? planKey : published && planKeyOfSite(published.prefix)
  const text = key && (await getText(bucket, key))
  // One that was damaged in the store is written again by the next generation.
  const plan = text ? parseJson(text) : undefined
  return plan ? JSON.stringify({ ...plan, repo_url: sourceOf(record) }) : null
}

async function placesInLine(
  { table }: Resources<'table' | 'bucket'>,
  records: GenerationRecord[],
): Promise<Map<string, number>> {
  const owners = new Set(records.filter((record) => isActive(record) && !record.launchedAt).map(({ owner }) => owner))
  const lines = await Promise.all([...owners].map((owner) => listQueue(table, owner)))
  return new Map(lines.flatMap((line) => line.map(({ generationId }, index) => [generationId, index + 1] as const)))
}
