import { createHash } from 'node:crypto'
import type { GenerationRecord, Lease } from './generation.ts'
import type { PlannedPage } from './plan.ts'

/** Everything of a variant lies below this. */
export const variantPrefix = (key: string): string => `${key}/`

/** Every attempt writes its site below a prefix of its own: the bucket has no fence. */
export const sitePrefix = ({ key, generationId, attempt }: Lease): string => `${key}/${generationId}/${attempt}/site/`

/** The plan that a site was made from, kept beside it. */
export const planKeyOfSite = (prefix: string): string => prefix.replace(/site\/$/, 'plan.json')

/** One attempt's part of a generation's log. */
export const logKey = ({ key, generationId, attempt }: Lease): string => `${key}/${generationId}/${attempt}/log.jsonl`

export const logsPrefix = (key: string, generationId: string): string => `${key}/${generationId}/`

type Source = Pick<GenerationRecord, 'key' | 'repoUrl' | 'repoType' | 'pageScope'>

/**
 * Where a plan is stored once it is paid for. The key is made from everything that the plan depends on, so whoever
 * comes later (the next attempt, the next request) finds it exactly when it is still right, and two attempts that write it
 * at once write the same thing.
 */
export const storedPlanKey = (source: Source, commit: string, promptVersion: string): string =>
  `${source.key}/stored/plan-${digest(source.repoUrl, source.repoType ?? '', source.pageScope, commit, promptVersion)}.json`

/** Likewise for one page of that plan. */
export const storedPageKey = (planKey: string, { slug, title, description }: PlannedPage): string =>
  planKey.replace(/plan-(\w+)\.json$/, (_, plan) => `page-${digest(plan, slug, title, description)}.json`)

function digest(...fields: string[]): string {
  const hash = createHash('sha256')
  for (const field of fields) hash.update(`${Buffer.byteLength(field)}:${field}`)
  return hash.digest('hex').slice(0, 32)
}
