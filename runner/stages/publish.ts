import { extname } from 'node:path'
import pLimit from 'p-limit'
import { scheduleCleanup } from '../../shared/aws/cleanups.ts'
import type { Bucket, Table } from '../../shared/aws/clients.ts'
import { putObject } from '../../shared/aws/site-store.ts'
import type { GenerationRecord, Lease } from '../../shared/generation.ts'
import {
  attemptPrefixOf,
  generationPrefix,
  manifestKeyOfSite,
  planKeyOfSite,
  sitePrefix,
  storedPrefix,
} from '../../shared/object-keys.ts'
import { pagesOf } from '../../shared/plan.ts'
import type { PublishedSite, SiteFile, SiteManifest } from '../../shared/site.ts'
import { now } from '../../shared/time.ts'
import type { Clone } from './clone.ts'
import type { StoredPlan } from './obtain-plan.ts'

const UPLOADS = 8

/**
 * Uploads a whole site under this attempt's own prefix. Readers see it only once the record names the prefix; the caller writes
 * that, from what is returned here.
 */
export async function uploadSite(
  bucket: Bucket,
  lease: Lease,
  site: {
    files: readonly SiteFile[]
    stored: Pick<StoredPlan, 'plan' | 'planKey'>
    pageCount: number
    keptPages: number
    pageScope: string
    clone: Pick<Clone, 'commit' | 'ref'>
  },
  signal: AbortSignal,
): Promise<PublishedSite> {
  const prefix = sitePrefix(lease)
  const limit = pLimit(UPLOADS)
  const { stored, pageCount, keptPages, clone } = site
  const { plan, planKey } = stored
  const upload = async (key: string, body: string | Uint8Array) => {
    signal.throwIfAborted()
    const etag = await putObject(bucket, key, body, contentType(key))
    return { name: key.slice(attemptPrefixOf(prefix).length), size: Buffer.byteLength(body), etag }
  }
  const files = await Promise.all([
    ...site.files.map(({ path, body }) => limit(upload, prefix + path, body)),
    limit(upload, planKeyOfSite(prefix), JSON.stringify(plan)),
  ])
  await upload(manifestKeyOfSite(prefix), JSON.stringify({ files } satisfies SiteManifest))
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
    keptPages,
    complete,
    publishedAt: now(),
  }
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.json': 'application/json',
}

const contentType = (path: string): string => types[extname(path)] ?? 'application/octet-stream'

/** How long the previous site's files stay available to readers who are on it when the new one is published. */
const SUPERSEDED_MINUTES = 75

/** Schedules the cleanup of what publishing makes obsolete. Must run before the switch. */
export async function scheduleSuperseded(table: Table, record: GenerationRecord): Promise<void> {
  const { key, generationId, pageScope, published } = record
  if (!published) return
  const prefixes = []
  if (published.generationId !== generationId) prefixes.push(generationPrefix(key, published.generationId))
  if (published.pageScope !== pageScope) prefixes.push(storedPrefix(key, published.pageScope))
  await Promise.all(prefixes.map((prefix) => scheduleCleanup(table, key, prefix, SUPERSEDED_MINUTES)))
}
