import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { complain } from '../print.ts'

/** What opens an address: macOS; Windows below WSL; a desktop. The first that exists is taken. */
const openers: Record<string, string[]> = {
  darwin: ['open'],
  linux: ['wslview', 'xdg-open', 'explorer.exe'],
}

/** Opens an address or a file in the user's browser. Without one it says so, and nothing else is different. */
export async function openBrowser(target: string): Promise<void> {
  for (const program of openers[process.platform] ?? ['xdg-open']) if (await hasStarted(program, target)) return
  complain(`No browser could be opened. Open it yourself: ${target}`)
}

async function hasStarted(program: string, target: string): Promise<boolean> {
  // On its own: the browser stays when the demo ends.
  const child = spawn(program, [target], { stdio: 'ignore', detached: true })
  child.unref()
  return await once(child, 'spawn').then(
    () => true,
    () => false,
  )
}
