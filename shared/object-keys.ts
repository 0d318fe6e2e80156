import { createHash } from 'node:crypto'
import type { GenerationRecord, Lease } from './generation.ts'
import type { PlannedPage } from './plan.ts'
import { supersededPrefixes } from './site.ts'

/** The prefix of all of a variant's objects. */
export const variantPrefix = (key: string): string => `${key}/`

/** The sites and logs of one generation. */
export const generationPrefix = (key: string, generationId: string): string => `${key}/${generationId}/`

/** Plans and pages that can be reused. */
export const storedPrefix = (key: string, pageScope: string): string => `${key}/stored/${pageScope}/`

/** Each attempt writes its site under its own prefix, since the bucket has no fence. */
export const sitePrefix = ({ key, generationId, attempt }: Lease): string =>
  `${generationPrefix(key, generationId)}${attempt}/site/`

/** All objects of the attempt that made a site, except for reusable plans and pages. */
export const attemptPrefixOf = (sitePrefix: string): string => sitePrefix.replace(/site\/$/, '')

/** The plan that a site was made from, stored next to it. */
export const planKeyOfSite = (prefix: string): string => `${attemptPrefixOf(prefix)}plan.json`

/** The list of a site's files, stored next to it. */
export const manifestKeyOfSite = (prefix: string): string => `${attemptPrefixOf(prefix)}manifest.json`

/** One attempt's part of the generation log. */
export const logKey = ({ key, generationId, attempt }: Lease): string =>
  `${generationPrefix(key, generationId)}${attempt}/log.jsonl`

/**
 * Whether a record needs this object. Neither a generation nor a page scope ever comes back, so an object that is not needed now
 * never will be.
 */
export const isNeeded = (record: GenerationRecord | undefined, objectKey: string): boolean =>
  record !== undefined && neededPrefixes(record).some((prefix) => objectKey.startsWith(prefix))

/** The prefixes a record needs: its last generation, the pages that can be reused, and what readers see. */
export function neededPrefixes({ key, generationId, pageScope, published }: GenerationRecord): string[] {
  const prefixes = [generationPrefix(key, generationId), storedPrefix(key, pageScope)]
  if (published) prefixes.push(generationPrefix(key, published.generationId), ...supersededPrefixes(published))
  return prefixes
}

type Source = Pick<GenerationRecord, 'key' | 'repoUrl' | 'repoType' | 'pageScope'>

/**
 * Where a plan is stored for reuse. The key is a digest of everything that the plan depends on, so a later attempt or request finds
 * the plan exactly when it is still valid.
 */
export const storedPlanKey = ({ key, pageScope, repoUrl, repoType }: Source, commit: string, prompts: string): string =>
  `${storedPrefix(key, pageScope)}plan-${digest(repoUrl, repoType ?? '', commit, prompts)}.json`

/** The same for one page of that plan. */
export const storedPageKey = (planKey: string, { slug, title, description }: PlannedPage): string =>
  planKey.replace(/plan-(\w+)\.json$/, (_, plan) => `page-${digest(plan, slug, title, description)}.json`)

function digest(...fields: string[]): string {
  const hash = createHash('sha256')
  for (const field of fields) hash.update(`${Buffer.byteLength(field)}:${field}`)
  return hash.digest('hex').slice(0, 32)
}
