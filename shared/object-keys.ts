import { createHash } from 'node:crypto'
import type { GenerationRecord, Lease } from './generation.ts'
import type { PageSource } from './page.ts'
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

/** The prefixes a record needs: its last generation, what readers see, and the plans and pages of both. */
export function neededPrefixes({ key, generationId, pageScope, published }: GenerationRecord): string[] {
  const prefixes = [generationPrefix(key, generationId), storedPrefix(key, pageScope)]
  if (published) prefixes.push(generationPrefix(key, published.generationId), ...supersededPrefixes(published))
  if (published && published.pageScope !== pageScope) prefixes.push(storedPrefix(key, published.pageScope))
  return prefixes
}

type Source = Pick<GenerationRecord, 'key' | 'repoUrl' | 'repoType' | 'pageScope'>

/** The state of a repository that a plan is made for: the branch or tag, git's id of the tree, and the version of our prompts. */
export interface PlannedState {
  ref: string
  tree: string
  prompts: string
}

/**
 * Where a plan is stored for reuse. Its folder is a digest of what plans and pages of every commit depend on, and its name is the
 * tree's. So a later attempt or request finds it exactly when it is still valid, also for another commit with the same files.
 */
export const storedPlanKey = (source: Source, { ref, tree, prompts }: PlannedState): string =>
  `${storedPrefix(source.key, source.pageScope)}${digest(source.repoUrl, source.repoType ?? '', ref, prompts)}/plan-${tree}.json`

/** Where the paths and ids of a planned tree are stored, beside its plan. */
export const storedTreeKey = (planKey: string, tree: string): string => `${folderOf(planKey)}tree-${tree}.gz`

/** Names the latest plan of the folder. */
export const latestPlanKey = (planKey: string): string => `${folderOf(planKey)}latest.json`

/** Where a page is stored: its name is a digest of its entry in the plan, and of the files that it was made from. */
export function storedPageKey(planKey: string, page: PlannedPage, sources: readonly PageSource[]): string {
  const made = digest(...sources.flatMap(({ path, id }) => [path, id]))
  return `${folderOf(planKey)}page-${page.slug}-${entryDigest(page)}-${made}.json`
}

/** The page that an object holds, by the object's key: its slug and the digest of its plan entry. Undefined for anything else. */
export function parseStoredPageKey(objectKey: string): { slug: string; entry: string } | undefined {
  const [, slug, entry] = /\/page-([a-z0-9-]+)-([0-9a-f]{32})-[0-9a-f]{32}\.json$/.exec(objectKey) ?? []
  return slug === undefined || entry === undefined ? undefined : { slug, entry }
}

/** Without the files to read, which count by what is in them, and without its place among the other pages. */
export const entryDigest = ({ slug, title, description, type, brief = '' }: PlannedPage): string =>
  digest(slug, title, description, type ?? '', brief)

/** The folder of plans and pages that a stored object is in. */
export const folderOf = (objectKey: string): string => objectKey.slice(0, objectKey.lastIndexOf('/') + 1)

function digest(...fields: string[]): string {
  const hash = createHash('sha256')
  for (const field of fields) hash.update(`${Buffer.byteLength(field)}:${field}`)
  return hash.digest('hex').slice(0, 32)
}
