import { realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What to start: a script runs on this very Node.js, since a shebang would find whatever `node` comes first. */
export function program(file: string, args: string[], path: string): [string, string[]] {
  const real = file.includes('/') ? file : locate(file, path)
  return /\.[cm]?[jt]s$/.test(real) ? [process.execPath, [real, ...args]] : [file, args]
}

/** What a name in PATH leads to: for a CLI that npm has installed, a link to its script. */
function locate(name: string, path: string): string {
  for (const folder of path.split(delimiter)) {
    try {
      return realpathSync(join(folder, name))
    } catch {
      // Not there.
    }
  }
  return name
}
