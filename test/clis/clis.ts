import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the runner's image installs, pinned; here it goes into a folder beside the project's own dependencies. */
export const packages = join(root, 'runner', 'clis')
const lock = createHash('sha256')
  .update(readFileSync(join(packages, 'package-lock.json')))
  .digest('hex')
  .slice(0, 12)
export const folder = join(process.env.DOCSFY_CLIS ?? join(root, 'node_modules', '.cache', 'docsfy-clis'), lock)

const inFolder = (path: string): string => join(folder, 'node_modules', path)

/** The real executables. The claude package for the machine is chosen by npm; there is none but for Linux in the lock file. */
export const clis = {
  claude: inFolder(`@anthropic-ai/claude-code-linux-${process.arch}/claude`),
  gemini: inFolder('@google/gemini-cli/bundle/gemini.js'),
}

export const installed = (): boolean => Object.values(clis).every((path) => existsSync(path))
