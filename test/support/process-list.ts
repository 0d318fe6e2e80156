import { readdirSync, readFileSync, statSync } from 'node:fs'

/** A process as `/proc` shows it; its environment is there if we may read it. */
export interface ListedProcess {
  pid: number
  uid: number
  commandLine: string
  environment: string
}

/** Every process of this machine. */
export const listProcesses = (): ListedProcess[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readProcess(Number(pid)) ?? [])

/** Undefined once it has ended. */
function readProcess(pid: number): ListedProcess | undefined {
  try {
    const { uid } = statSync(`/proc/${pid}`)
    return { pid, uid, commandLine: read(`/proc/${pid}/cmdline`), environment: read(`/proc/${pid}/environ`) }
  } catch {
    return undefined
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
