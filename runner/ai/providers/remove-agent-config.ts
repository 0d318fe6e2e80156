import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Provider } from '../../../shared/variant.ts'
import { providerRows } from './adapters.ts'

/** Removes from a clone what the CLI would obey and cannot be told to leave alone: hooks, servers, permissions. */
export async function disarm(clone: string, provider: Provider): Promise<void> {
  const { obeys } = providerRows[provider]
  if (obeys.length === 0) return
  const entries = await readdir(clone, { recursive: true, withFileTypes: true })
  const found = entries.filter(({ name }) => obeys.includes(name.toLowerCase()))
  await Promise.all(found.map(({ parentPath, name }) => rm(join(parentPath, name), { recursive: true, force: true })))
}
