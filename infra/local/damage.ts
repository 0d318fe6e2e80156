import { statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { diskFault, messagesOf } from './stores/disk.ts'

/** What is lost when a part of the data folder is moved away. */
const LOSS: Record<string, string> = {
  dynamodb: 'you lose all variants, users and grants',
  'sqs-s3': 'you lose all sites and stored pages; they are made again on request',
  ecs: 'you lose nothing, and running generations resume',
  'admin-key': 'a new key is generated',
  'key-pepper': 'every user needs a new key',
}

/** The data is not as the service left it. The message names the file and says what to do. */
export class DamagedData extends Error {
  override name = 'DamagedData'

  /** @param what - is wrong, as a predicate: `is empty` */
  constructor(dataDir: string, path: string, what: string, options?: ErrorOptions) {
    const [part = ''] = relative(dataDir, path).split('/')
    const whole = join(dataDir, part)
    super(
      `${path} ${what}. Restore ${whole} from a backup, or move it away and start again: then ${LOSS[part] ?? 'you lose nothing'}.`,
      options,
    )
  }
}

/** @throws DamagedData when there is a folder in the place of this file */
export function requireFile(dataDir: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DamagedData(dataDir, path, 'is a folder, not a file')
  }
}

/** Turns a store's failure to open into an error for people: its files are damaged, unless the disk or permissions are the cause. */
export function explainOpenFailure(folder: string, cause: unknown): unknown {
  if (cause instanceof DamagedData || diskFault(cause)) return cause
  if (isForbidden(cause)) return forbidden(folder, cause)
  return new DamagedData(dirname(folder), folder, `is damaged (${messagesOf(cause).at(-1)})`, { cause })
}

/** Turns a failure to start on this data into an error for people. Returns unrelated errors unchanged. */
export function explainStartFailure(dataDir: string, error: unknown): unknown {
  const { code = '', path } = error as { code?: string; path?: string }
  const fault = diskFault(error)
  if (fault) {
    const remedy = fault === 'full' ? 'Free some space on it' : 'Make it writable, or set DATA_DIR to another folder'
    return new Error(`The disk that holds ${dataDir} is ${fault}. ${remedy}, then start again.`, {
      cause: error,
    })
  }
  if (path === undefined || !isInside(dataDir, path)) return error
  if (isForbidden(error)) return forbidden(path, error)
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return new DamagedData(dataDir, path, 'is a file, not a folder', { cause: error })
  return error
}

const forbidden = (path: string, cause: unknown): Error =>
  new Error(`This user has no access to ${path}. Change its owner or permissions, then start again.`, { cause })

const isForbidden = (error: unknown): boolean => /EACCES|EPERM|Permission denied/i.test(messagesOf(error).join(' '))

function isInside(folder: string, path: string): boolean {
  const from = relative(folder, path)
  return !from.startsWith('..') && !isAbsolute(from)
}
