import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import type { VariantView } from '../../../functions/api/variant.ts'
import type { LocalClient } from '../api-client.ts'

/** Downloads a site's archive and unpacks it into a folder, without its top folder. Gives the number of files. */
export async function exportSite(api: LocalClient, variant: VariantView, folder: string): Promise<number> {
  const path = [variant.name, variant.branch, variant.ai_provider, variant.ai_model].map(encodeURIComponent).join('/')
  const response = await api.file(`/api/projects/${path}/download`)
  if (!response.ok || !response.body) throw new Error(`The site could not be downloaded: ${response.status}`)
  const archive = Readable.fromWeb(response.body as never)
    .pipe(createGunzip())
    .pipe(extract())
  let files = 0
  for await (const entry of archive) {
    const target = join(folder, ...entry.header.name.split('/').slice(1))
    await mkdir(dirname(target), { recursive: true })
    await pipeline(entry, createWriteStream(target))
    files++
  }
  return files
}
