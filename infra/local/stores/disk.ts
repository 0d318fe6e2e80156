import type { Log } from '../../../shared/log.ts'

/** Tracks whether writes to a folder succeed. Logs once when they start to fail and once when they work again. */
export class Disk {
  readonly #folder: string
  readonly #log: Log
  #failing = false

  constructor(folder: string, log: Log) {
    this.#folder = folder
    this.#log = log
  }

  /** Records a failed write. Returns a message that says why it failed and what to do. */
  failed(cause: unknown): string {
    const message = adviceOn(this.#folder, cause)
    if (!this.#failing) this.#log.error(message, { error: cause })
    this.#failing = true
    return message
  }

  /** Records a successful write. */
  succeeded(): void {
    if (this.#failing) this.#log.info(`${this.#folder} is writable again.`)
    this.#failing = false
  }
}

const MEANWHILE = 'Stored data can still be read, and everything else then continues by itself.'

/** What is wrong with the disk that holds a folder, and what to do. */
export function adviceOn(folder: string, cause: unknown): string {
  switch (diskFault(cause)) {
    case 'full':
      return `The disk that holds ${folder} is full. Free some space on it. ${MEANWHILE}`
    case 'read-only':
      return `The disk that holds ${folder} is read-only. Make it writable. ${MEANWHILE}`
    default:
      return `${folder} cannot be read or written (${messagesOf(cause)[0]}). Check its disk. ${MEANWHILE}`
  }
}

/** Matches messages, since LevelDB and SQLite report the system's reason in their own words. */
export function diskFault(error: unknown): 'full' | 'read-only' | undefined {
  const words = messagesOf(error).join('\n')
  if (/ENOSPC|EDQUOT|No space left|quota exceeded|disk is full/i.test(words)) return 'full'
  if (/EROFS|Read-only file system|readonly database/i.test(words)) return 'read-only'
  return undefined
}

/** The messages of an error and its causes. */
export function messagesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [String(error)]
  return [error.message, ...messagesOf(error.cause)]
}
