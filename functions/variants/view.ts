import { fileURLToPath } from 'node:url'
import pLimit from 'p-limit'
import type { VariantView } from '../../api/variant.ts'
import { getText } from '../../shared/aws/site-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { isActive, isReady } from '../../shared/lifecycle.ts'
import { addUsd } from '../../shared/money.ts'
import { planKeyOfSite } from '../../shared/object-keys.ts'
import { parseJson } from '../../shared/parse-json.ts'
import { Plan, publicPlan } from '../../shared/plan.ts'
import { apiTime, secondsBetween } from '../../shared/time.ts'
import { visibleLine } from '../../shared/visible-text.ts'
import type { Resources } from '../resources.ts'
import { waitingAmong } from './waiting.ts'

/** Concurrent reads of plans: a project can have any number of variants, and all requests share the S3 client's sockets. */
const READS_AT_ONCE = 16

/** Variants as the API returns them. Waiting ones include their position among their owner's, and the reason. */
export async function viewVariants(
  resources: Resources<'table' | 'bucket'>,
  records: GenerationRecord[],
  options: { plans: 'all' | 'generating' | 'none' },
): Promise<VariantView[]> {
  const waiting = await waitingAmong(resources, records)
  const hasPlan = { all: () => true, generating: isActive, none: () => false }[options.plans]
  return await pLimit(READS_AT_ONCE).map(records, async (record) => ({
    ...viewOf(record),
    queue_position: waiting.get(record.generationId)?.position ?? null,
    waiting_reason: waiting.get(record.generationId)?.reason ?? record.waitingReason ?? null,
    ...(hasPlan(record) ? { plan_json: await planJson(resources, record) } : {}),
  }))
}

/** One variant, with its plan and the owner's instructions. */
export async function viewVariant(
  resources: Resources<'table' | 'bucket'>,
  record: GenerationRecord,
): Promise<VariantView> {
  const [view] = await viewVariants(resources, [record], { plans: 'all' })
  if (!view) throw new Error('viewVariants returned no view for the record')
  return { ...view, instructions: record.instructions ?? null }
}

function viewOf(record: GenerationRecord): Omit<VariantView, 'queue_position' | 'waiting_reason' | 'plan_json'> {
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
    kept_pages: published?.keptPages ?? null,
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
    masked_secrets: record.maskedSecrets ?? null,
    ref: record.ref === undefined ? record.askedRef : visibleLine(record.ref),
    attempt: record.attempt,
    queued_at: apiTime(record.queuedAt),
    started_at: apiTime(record.startedAt),
    generation_started_at: isActive(record) ? (record.startedAt ?? record.queuedAt) : null,
    generation_duration: durationOf(record),
    notes: record.notes ?? [],
  }
}

/** Seconds; null unless the generation succeeded. */
const durationOf = (record: GenerationRecord): number | null =>
  isReady(record) && record.startedAt ? secondsBetween(record.startedAt, record.updatedAt) : null

/** The cost of the generation that made the published site; while generating, the cost of this one so far. */
function costOfSite(record: GenerationRecord): number | null {
  const { published, generationId, costUsd = null, publishedCostUsd = null } = record
  if (isActive(record) || published?.generationId === generationId) return costUsd
  return published ? publishedCostUsd : null
}

/** The repository as requested: a local one by its path. */
const sourceOf = ({ repoUrl }: GenerationRecord): string =>
  repoUrl.startsWith('file:') ? fileURLToPath(repoUrl) : repoUrl

/** While generating, the new plan, once it exists; otherwise the plan of the published site. */
async function planJson({ bucket }: Resources<'table' | 'bucket'>, record: GenerationRecord): Promise<string | null> {
  const { published, planKey } = record
  const key = isActive(record) ? planKey : published && planKeyOfSite(published.prefix)
  const text = key && (await getText(bucket, key))
  // A damaged plan counts as missing; the next generation writes a new one.
  const plan = text ? Plan.safeParse(parseJson(text)).data : undefined
  return plan ? JSON.stringify({ ...publicPlan(plan), repo_url: sourceOf(record) }) : null
}
