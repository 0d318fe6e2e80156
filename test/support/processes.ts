import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Whether a process is there and is not only a zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)])
    return !stdout.trim().startsWith('Z')
  } catch {
    return false
  }
}

/** Processes whose command line contains the text. */
export async function processesWith(text: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,stat=,args='])
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .flatMap((match) => (match && !match[2]?.startsWith('Z') && match[3]?.includes(text) ? [Number(match[1])] : []))
}
