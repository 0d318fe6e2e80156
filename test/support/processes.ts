import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { waitFor } from './wait.ts'

/** Whether a process is there and is not only a zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)])
    return !stdout.trim().startsWith('Z')
  } catch {
    return false
  }
}

export const untilGone = async (pid: number): Promise<void> =>
  void (await waitFor(
    `process ${pid} to be gone`,
    () => isAlive(pid),
    (alive) => !alive,
  ))

/** The process that started this one. */
export async function parentOf(pid: number): Promise<number> {
  return Number((await promisify(execFile)('ps', ['-o', 'ppid=', '-p', String(pid)])).stdout)
}

/** Processes whose command line contains the text. */
export async function processesWith(text: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,stat=,args='])
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .flatMap((match) => (match && !match[2]?.startsWith('Z') && match[3]?.includes(text) ? [Number(match[1])] : []))
}
