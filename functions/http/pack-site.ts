import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'
import type { Bucket } from '../../shared/aws/clients.ts'
import { getObject, listObjects } from '../../shared/aws/site-store.ts'

/** Streams a site as a gzipped tar archive with one top folder. It works for sites of any size. */
export function packSite(bucket: Bucket, prefix: string, folder: string): Readable {
  const archive = pack()
  const gzip = createGzip()
  // A failure destroys the whole pipeline, so the reader sees a broken archive instead of a short one.
  pipeline(Readable.from(archive), gzip).catch((error) => gzip.destroy(error))
  fill().catch((error) => archive.destroy(error))
  return gzip

  async function fill(): Promise<void> {
    for await (const { key } of listObjects(bucket, prefix)) {
      const object = await getObject(bucket, key)
      if (!object) throw new Error(`An object went away while the site was read: ${key}`)
      const name = `${folder}/${key.slice(prefix.length)}`
      await pipeline(object.body, archive.entry({ name, size: object.size, mtime: new Date(0) }))
    }
    archive.finalize()
  }
}
