import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { VariantView } from '../../../api/variant.ts'
import { removeTree } from '../../../shared/remove-tree.ts'
import type { LocalClient } from '../api-client.ts'
import { exportSite } from './export-site.ts'

const program = fileURLToPath(new URL('../../../runner/evaluate/main.ts', import.meta.url))

/** On a large site it takes seconds. */
const LONGEST_MS = 120_000

/**
 * Holds a site against the repository that it documents. Returns the result as one line; undefined if it cannot be had, which is no
 * failure of the site.
 */
export async function judgeSite(
  api: LocalClient,
  variant: VariantView,
  repository: string,
  stop: AbortSignal,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'docsfy-site-'))
  try {
    await exportSite(api, variant, folder)
    const args = [program, folder, '--repository', repository, '--summary']
    const options = { timeout: LONGEST_MS, cancelSignal: stop, reject: false, stderr: 'ignore' } as const
    const { stdout } = await execa(process.execPath, args, options)
    return stdout.split('\n').at(-1) || undefined
  } catch {
    return undefined
  } finally {
    await removeTree(folder)
  }
}
