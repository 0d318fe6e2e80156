import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'

/** The files of a downloaded site, by their path in it. */
export async function archivedFiles(archive: Buffer): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const entry of Readable.from([archive]).pipe(createGunzip()).pipe(extract()))
    found.set(entry.header.name.replace(/^[^/]*\//, ''), await text(entry))
  return found
}

/** Downloads a site. @param address - `<project>/<provider>/<model>` */
export async function downloadedSite(
  { url, adminKey }: { url: string; adminKey: string },
  address: string,
): Promise<Map<string, string>> {
  const headers = { Authorization: `Bearer ${adminKey}` }
  const archive = await fetch(`${url}/api/projects/${address}/download`, { headers })
  return await archivedFiles(Buffer.from(await archive.arrayBuffer()))
}
