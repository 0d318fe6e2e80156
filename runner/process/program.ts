import { realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The command to start. A script runs on the current Node.js, because a shebang would use whichever `node` is first in PATH. */
export function program(file: string, args: string[], path: string): [string, string[]] {
  const real = file.includes('/') ? file : locate(file, path)
  return /\.[cm]?[jt]s$/.test(real) ? [process.execPath, [real, ...args]] : [file, args]
}

/** Resolves a name in PATH. For a CLI installed by npm, that is the script that its link points to. */
function locate(name: string, path: string): string {
  for (const folder of path.split(delimiter)) {
    try {
      return realpathSync(join(folder, name))
    } catch {
      // Not in this folder.
    }
  }
  return name
}
