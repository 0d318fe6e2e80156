import type { Log } from '../../../shared/log.ts'

/** Whether writes to a folder succeed, told once when they stop to and once when they do again. */
export class Disk {
  readonly #folder: string
  readonly #log: Log
  #failing = false

  constructor(folder: string, log: Log) {
    this.#folder = folder
    this.#log = log
  }

  /** Notes that a write failed. Gives one sentence that says why, and what to do. */
  failed(cause: unknown): string {
    const sentence = adviceOn(this.#folder, cause)
    if (!this.#failing) this.#log.error(sentence, { error: cause })
    this.#failing = true
    return sentence
  }

  /** Notes that a write succeeded. */
  works(): void {
    if (this.#failing) this.#log.info(`${this.#folder} can be written again.`)
    this.#failing = false
  }
}

const ON_ITS_OWN = 'What is stored can still be read, and everything else goes on by itself afterwards.'

/** What is wrong with the disk under a folder, and what to do about it. */
export function adviceOn(folder: string, cause: unknown): string {
  switch (diskFault(cause)) {
    case 'full':
      return `The disk under ${folder} is full: make room on it. ${ON_ITS_OWN}`
    case 'read-only':
      return `The disk under ${folder} is read-only: make it writable. ${ON_ITS_OWN}`
    default:
      return `${folder} cannot be read or written (${messagesOf(cause)[0]}): see whether its disk is in order. ${ON_ITS_OWN}`
  }
}

/** LevelDB and SQLite put the system's reason into their own words. */
export function diskFault(error: unknown): 'full' | 'read-only' | undefined {
  const words = messagesOf(error).join('\n')
  if (/ENOSPC|EDQUOT|No space left|quota exceeded|disk is full/i.test(words)) return 'full'
  if (/EROFS|Read-only file system|readonly database/i.test(words)) return 'read-only'
  return undefined
}

/** The messages of an error and of what caused it. */
export function messagesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [String(error)]
  return [error.message, ...messagesOf(error.cause)]
}
