import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Repairs LevelDB's file `CURRENT`, which names the valid manifest; a power cut may leave it empty. If there is only one manifest, it
 * must be that one. Without the file LevelDB would create a new database and delete everything else.
 *
 * @returns the manifest that the file now names, if it was repaired
 * @throws Error if it is unclear which manifest is valid
 */
export function repairCurrent(folder: string): string | undefined {
  const files = readdirSync(folder)
  const manifests = files.filter((name) => /^MANIFEST-\d+$/.test(name))
  const isNew = !files.some((name) => /^(CURRENT|MANIFEST-\d+|\d+\.(log|ldb|sst))$/.test(name))
  if (isNew || manifests.includes(currentOf(folder))) return undefined
  const [only, ...others] = manifests
  if (only === undefined || others.length > 0) throw new Error('it is unclear which manifest is valid')
  const file = join(folder, 'CURRENT')
  writeFileSync(`${file}.new`, `${only}\n`, { flush: true })
  renameSync(`${file}.new`, file)
  return only
}

function currentOf(folder: string): string {
  const file = join(folder, 'CURRENT')
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : ''
}
