import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import type { VariantView } from '../../../api/variant.ts'
import { addressOf, type LocalClient } from '../api-client.ts'

/** Names what an export wrote, one file a line: the next one takes away these files and no others. */
const LIST = '.docsfy-export'

/**
 * Downloads a site's archive and unpacks it into a folder, without its top folder, in place of the site that an earlier export
 * put there. A download that is cut leaves the folder as it was. Gives the number of files.
 */
export async function exportSite(api: LocalClient, variant: VariantView, folder: string): Promise<number> {
  const earlier = await earlierExport(folder)
  const files = await download(api, variant)
  await mkdir(folder, { recursive: true })
  // First of all: an export that is cut short can be taken up again.
  await writeFile(join(folder, LIST), [...new Set([...earlier, ...files.keys()])].map((name) => `${name}\n`).join(''))
  for (const name of earlier) if (!files.has(name)) await rm(join(folder, name), { force: true })
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), bytes)
  }
  await writeFile(join(folder, LIST), [...files.keys()].map((name) => `${name}\n`).join(''))
  return files.size
}

/**
 * The files that an earlier export put into a folder.
 * @throws Error for a folder with other things in it and no export: nothing of somebody else's is written over
 */
export async function earlierExport(folder: string): Promise<string[]> {
  const found = await readdir(folder).catch((error): string[] => {
    if (error.code === 'ENOENT') return []
    throw new Error(error.code === 'ENOTDIR' ? `${folder} is a file; --out takes a folder.` : error.message)
  })
  if (found.length === 0) return []
  if (!found.includes(LIST)) {
    throw new Error(`${folder} is not empty, and not from an earlier --out: name another folder, or empty it first.`)
  }
  const names = (await readFile(join(folder, LIST), 'utf8')).split('\n')
  return names.filter((name) => /^(assets\/)?\w[\w.-]*$/.test(name))
}

async function download(api: LocalClient, variant: VariantView): Promise<Map<string, Buffer>> {
  const response = await api.file(`/api/projects/${addressOf(variant)}/download`)
  if (!response.ok || !response.body) throw new Error(`The site could not be downloaded: ${response.status}`)
  const archive = extract()
  const files = new Map<string, Buffer>()
  const unpack = async () => {
    for await (const entry of archive) files.set(entry.header.name.split('/').slice(1).join('/'), await buffer(entry))
  }
  try {
    await Promise.all([pipeline(Readable.fromWeb(response.body as never), createGunzip(), archive), unpack()])
    return files
  } catch (error) {
    throw new Error(`The site could not be downloaded: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    })
  }
}
