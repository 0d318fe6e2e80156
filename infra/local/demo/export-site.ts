import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import type { VariantView } from '../../../api/variant.ts'
import { addressOf, type LocalClient } from '../api-client.ts'

/** Lists the files that an export wrote, one per line. The next export removes only these. */
const LIST = '.docsfy-export'

/**
 * Downloads a site's archive and unpacks it into a folder, without the archive's top folder. Replaces the site of an earlier export.
 * An interrupted download leaves the folder unchanged. Returns the number of files.
 */
export async function exportSite(api: LocalClient, variant: VariantView, folder: string): Promise<number> {
  const earlier = await previousExport(folder)
  const files = await download(api, variant)
  await mkdir(folder, { recursive: true })
  // Write the list first, so that the next export can clean up after an interrupted one.
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
 * The files that an earlier export wrote into a folder.
 *
 * @throws Error if the folder has other contents and no export: nothing else is ever overwritten
 */
export async function previousExport(folder: string): Promise<string[]> {
  const found = await readdir(folder).catch((error): string[] => {
    if (error.code === 'ENOENT') return []
    throw new Error(error.code === 'ENOTDIR' ? `${folder} is a file. Give --out a folder.` : error.message)
  })
  if (found.length === 0) return []
  if (!found.includes(LIST)) {
    throw new Error(`${folder} is not empty and not from an earlier --out. Choose another folder, or empty it first.`)
  }
  const names = (await readFile(join(folder, LIST), 'utf8')).split('\n')
  return names.filter((name) => /^(assets\/)?\w[\w.-]*$/.test(name))
}

async function download(api: LocalClient, variant: VariantView): Promise<Map<string, Buffer>> {
  const response = await api.file(`/api/projects/${addressOf(variant)}/download`)
  if (!response.ok || !response.body) throw new Error(`Downloading the site failed with status ${response.status}`)
  const archive = extract()
  const files = new Map<string, Buffer>()
  const unpack = async () => {
    for await (const entry of archive) files.set(entry.header.name.split('/').slice(1).join('/'), await buffer(entry))
  }
  try {
    await Promise.all([pipeline(Readable.fromWeb(response.body as never), createGunzip(), archive), unpack()])
    return files
  } catch (error) {
    throw new Error(`Downloading the site failed: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    })
  }
}
