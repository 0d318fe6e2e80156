import type { Bucket } from '../../shared/aws/clients.ts'
import { listObjects } from '../../shared/aws/site-store.ts'
import type { Log } from '../../shared/log.ts'
import { attemptPrefixOf, manifestKeyOfSite } from '../../shared/object-keys.ts'
import { type PublishedSite, SiteManifest } from '../../shared/site.ts'
import { readStored } from './read-stored.ts'

/**
 * Names the published site's files that are no longer in the bucket as they were uploaded. One listing is enough, because it has
 * every object's size and hash. A site without a readable manifest, as earlier versions published them, counts as having lost it.
 */
export async function lostFiles(bucket: Bucket, { prefix }: PublishedSite, log: Log): Promise<string[]> {
  const manifestKey = manifestKeyOfSite(prefix)
  const manifest = await readStored(bucket, manifestKey, SiteManifest, log)
  const folder = attemptPrefixOf(prefix)
  if (!manifest) return [manifestKey.slice(folder.length)]
  const found = new Map<string, string>()
  for await (const { key, size, etag } of listObjects(bucket, folder)) {
    found.set(key.slice(folder.length), `${size} ${etag}`)
  }
  return manifest.files.filter(({ name, size, etag }) => found.get(name) !== `${size} ${etag}`).map(({ name }) => name)
}
