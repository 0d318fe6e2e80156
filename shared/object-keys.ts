import { createHash } from 'node:crypto'
import type { GenerationRecord, Lease } from './generation.ts'
import type { PlannedPage } from './plan.ts'
import { formerPrefixes } from './site.ts'

/** Everything of a variant lies below this. */
export const variantPrefix = (key: string): string => `${key}/`

/** The sites and logs of one generation. */
export const generationPrefix = (key: string, generationId: string): string => `${key}/${generationId}/`

/** Plans and pages that were paid for, and may be used again. */
export const storedPrefix = (key: string, pageScope: string): string => `${key}/stored/${pageScope}/`

/** Every attempt writes its site below a prefix of its own: the bucket has no fence. */
export const sitePrefix = ({ key, generationId, attempt }: Lease): string =>
  `${generationPrefix(key, generationId)}${attempt}/site/`

/** Everything that the attempt which made a site has written, but for what is stored to be used again. */
export const attemptPrefixOf = (sitePrefix: string): string => sitePrefix.replace(/site\/$/, '')

/** The plan that a site was made from, kept beside it. */
export const planKeyOfSite = (prefix: string): string => `${attemptPrefixOf(prefix)}plan.json`

/** The list of a site's files, kept beside it. */
export const manifestKeyOfSite = (prefix: string): string => `${attemptPrefixOf(prefix)}manifest.json`

/** One attempt's part of a generation's log. */
export const logKey = ({ key, generationId, attempt }: Lease): string =>
  `${generationPrefix(key, generationId)}${attempt}/log.jsonl`

/**
 * Whether a record needs what lies below the prefix that this key begins with. A generation never comes back, nor does a page
 * scope: what is not needed now never will be.
 */
export const isNeeded = (record: GenerationRecord | undefined, objectKey: string): boolean =>
  record !== undefined && neededPrefixes(record).some((prefix) => objectKey.startsWith(prefix))

/** Below these lies all that a record needs: its last generation, the pages that this one may use, and what readers see. */
export function neededPrefixes({ key, generationId, pageScope, published }: GenerationRecord): string[] {
  const prefixes = [generationPrefix(key, generationId), storedPrefix(key, pageScope)]
  if (published) prefixes.push(generationPrefix(key, published.generationId), ...formerPrefixes(published))
  return prefixes
}

type Source = Pick<GenerationRecord, 'key' | 'repoUrl' | 'repoType' | 'pageScope'>

/**
 * Where a plan is stored once it is paid for. The key is made from everything that the plan depends on, so whoever
 * comes later (the next attempt, the next request) finds it exactly when it is still right.
 */
export const storedPlanKey = ({ key, pageScope, repoUrl, repoType }: Source, commit: string, prompts: string): string =>
  `${storedPrefix(key, pageScope)}plan-${digest(repoUrl, repoType ?? '', commit, prompts)}.json`

/** Likewise for one page of that plan. */
export const storedPageKey = (planKey: string, { slug, title, description }: PlannedPage): string =>
  planKey.replace(/plan-(\w+)\.json$/, (_, plan) => `page-${digest(plan, slug, title, description)}.json`)

function digest(...fields: string[]): string {
  const hash = createHash('sha256')
  for (const field of fields) hash.update(`${Buffer.byteLength(field)}:${field}`)
  return hash.digest('hex').slice(0, 32)
}
