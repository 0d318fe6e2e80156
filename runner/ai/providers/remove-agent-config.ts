import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Provider } from '../../../shared/variant.ts'
import { adapters } from './adapters.ts'

/** Removes from a clone what the CLI would obey and cannot be told to leave alone: hooks, servers, permissions. */
export async function removeAgentConfig(clone: string, provider: Provider): Promise<void> {
  const { agentConfigPaths } = adapters[provider]
  if (agentConfigPaths.length === 0) return
  const entries = await readdir(clone, { recursive: true, withFileTypes: true })
  const found = entries.filter(({ name }) => agentConfigPaths.includes(name.toLowerCase()))
  await Promise.all(found.map(({ parentPath, name }) => rm(join(parentPath, name), { recursive: true, force: true })))
}
