import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Provider } from '../../../shared/variant.ts'
import { adapters } from './adapters.ts'

/** Removes configuration from a clone that the CLI would apply and cannot be told to ignore: hooks, servers, permissions. */
export async function removeAgentConfig(clone: string, provider: Provider): Promise<void> {
  const { agentConfigPaths } = adapters[provider]
  if (agentConfigPaths.length === 0) return
  const entries = await readdir(clone, { recursive: true, withFileTypes: true })
  const found = entries.filter(({ name }) => agentConfigPaths.includes(name.toLowerCase()))
  await Promise.all(found.map(({ parentPath, name }) => rm(join(parentPath, name), { recursive: true, force: true })))
}
