import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The pinned packages that the runner's image installs. Here they go into a folder next to the project's own dependencies. */
export const packages = join(root, 'runner', 'clis')
const lock = createHash('sha256')
  .update(readFileSync(join(packages, 'package-lock.json')))
  .digest('hex')
  .slice(0, 12)
export const folder = join(process.env.DOCSFY_CLIS ?? join(root, 'node_modules', '.cache', 'docsfy-clis'), lock)

const inFolder = (path: string): string => join(folder, 'node_modules', path)

/** The real executables. npm chooses the claude package for this machine; the lock file has only those for Linux. */
export const clis = {
  claude: inFolder(`@anthropic-ai/claude-code-linux-${process.arch}/claude`),
  gemini: inFolder('@google/gemini-cli/bundle/gemini.js'),
}

export const installed = (): boolean => Object.values(clis).every((path) => existsSync(path))
