import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Puts LevelDB's file `CURRENT` in order, which names the manifest that counts: a power cut may leave it empty. While there is
 * only one manifest no other can be meant. Without the file LevelDB would begin anew, and delete everything else.
 *
 * @returns the manifest that it names now, if it was mended
 * @throws Error when nothing tells which manifest counts
 */
export function mendCurrent(folder: string): string | undefined {
  const files = readdirSync(folder)
  const manifests = files.filter((name) => /^MANIFEST-\d+$/.test(name))
  const isNew = !files.some((name) => /^(CURRENT|MANIFEST-\d+|\d+\.(log|ldb|sst))$/.test(name))
  if (isNew || manifests.includes(currentOf(folder))) return undefined
  const [only, ...others] = manifests
  if (only === undefined || others.length > 0) throw new Error('nothing tells which manifest counts')
  const file = join(folder, 'CURRENT')
  writeFileSync(`${file}.new`, `${only}\n`, { flush: true })
  renameSync(`${file}.new`, file)
  return only
}

function currentOf(folder: string): string {
  const file = join(folder, 'CURRENT')
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : ''
}
