import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/**
 * Kills (SIGKILL) every process of this user that belongs to a task, and resolves when none is left. A process belongs to the task if
 * HOME or TMPDIR in its environment is inside the task's directory, regardless of its parent, group or session.
 */
export async function killTaskProcesses(taskDirectory: string): Promise<void> {
  // A process in the middle of exec shows no environment, so it takes two empty scans to be sure.
  for (let emptyScans = 0; emptyScans < 2; ) {
    const pids = await findTaskProcesses(taskDirectory)
    emptyScans = pids.length === 0 ? emptyScans + 1 : 0
    for (const pid of pids) kill(pid)
    if (emptyScans < 2) await sleep(20)
  }
}

/** The pids of a task, without zombies. Reads `/proc` on Linux, the output of `ps` elsewhere. */
export async function findTaskProcesses(taskDirectory: string): Promise<number[]> {
  if (process.platform === 'linux') return findInProc(taskDirectory)
  const { stdout } = await promisify(execFile)('ps', PS_ARGUMENTS, { maxBuffer: 256 * 1024 * 1024 })
  return findInPsOutput(stdout, taskDirectory)
}

// macOS: -E appends the environment to the command, -ww prevents truncation.
const PS_ARGUMENTS = ['-E', '-ww', '-ax', '-o', 'pid=,command=']

/** The pids of a task in the output of macOS's `ps -E -ww -ax -o pid=,command=`. */
export function findInPsOutput(output: string, taskDirectory: string): number[] {
  const marks = variablesOf(taskDirectory).flatMap((variable) => [` ${variable}/`, ` ${variable} `])
  const lines = output.split('\n').filter((line) => marks.some((mark) => `${line} `.includes(mark)))
  return lines.map((line) => Number.parseInt(line, 10))
}

async function findInProc(taskDirectory: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const belonging = await Promise.all(pids.map((pid) => hasDirectoryInEnvironment(pid, taskDirectory)))
  return pids.filter((_, index) => belonging[index])
}

async function hasDirectoryInEnvironment(pid: number, taskDirectory: string): Promise<boolean> {
  // Unreadable for another user's process, or one that has exited.
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  const belongs = (entry: string, variable: string) => entry === variable || entry.startsWith(`${variable}/`)
  return environment.split('\0').some((entry) => variablesOf(taskDirectory).some((name) => belongs(entry, name)))
}

// Only these two variables: PWD, for one, is also set in a shell opened there to read the log.
function variablesOf(taskDirectory: string): string[] {
  return [`HOME=${taskDirectory}`, `TMPDIR=${taskDirectory}`]
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
