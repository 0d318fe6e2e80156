import { extname } from 'node:path'
import pLimit from 'p-limit'
import { scheduleCleanup } from '../../shared/aws/cleanups.ts'
import type { Bucket, Table } from '../../shared/aws/clients.ts'
import { putObject } from '../../shared/aws/site-store.ts'
import type { GenerationRecord, Lease } from '../../shared/generation.ts'
import { generationPrefix, planKeyOfSite, sitePrefix, storedPrefix } from '../../shared/object-keys.ts'
import { pagesOf } from '../../shared/plan.ts'
import type { PublishedSite, SiteFile } from '../../shared/site.ts'
import { now } from '../../shared/time.ts'
import type { Clone } from './clone.ts'
import type { StoredPlan } from './plan.ts'

const UPLOADS = 8

/**
 * Uploads a whole site below this attempt's own prefix. Readers see nothing of it until the record names the prefix: that
 * is the caller's write to make, with what is returned here.
 */
export async function uploadSite(
  bucket: Bucket,
  lease: Lease,
  site: { files: readonly SiteFile[]; stored: StoredPlan; pageCount: number; pageScope: string; clone: Clone },
  signal: AbortSignal,
): Promise<PublishedSite> {
  const prefix = sitePrefix(lease)
  const limit = pLimit(UPLOADS)
  const uploads = site.files.map(({ path, body }) =>
    limit(async () => {
      signal.throwIfAborted()
      await putObject(bucket, prefix + path, body, contentType(path))
    }),
  )
  await Promise.all(uploads)
  const { stored, pageCount, clone } = site
  const { plan, planKey } = stored
  await putObject(bucket, planKeyOfSite(prefix), JSON.stringify(plan), 'application/json')
  const complete = pageCount === pagesOf(plan).length
  const { generationId } = lease
  return {
    prefix,
    generationId,
    pageScope: site.pageScope,
    planKey,
    commit: clone.commit,
    ref: clone.ref,
    pageCount,
    complete,
    publishedAt: now(),
  }
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const contentType = (path: string): string => types[extname(path)] ?? 'application/octet-stream'

/** Readers who are on the former site when the new one appears find all of its files for this long. */
const SUPERSEDED_MINUTES = 75

/** Notes, before the switch, what nobody will need after it. */
export async function scheduleSuperseded(table: Table, record: GenerationRecord): Promise<void> {
  const { key, generationId, pageScope, published } = record
  if (!published) return
  const prefixes = []
  if (published.generationId !== generationId) prefixes.push(generationPrefix(key, published.generationId))
  if (published.pageScope !== pageScope) prefixes.push(storedPrefix(key, published.pageScope))
  await Promise.all(prefixes.map((prefix) => scheduleCleanup(table, key, prefix, SUPERSEDED_MINUTES)))
}
