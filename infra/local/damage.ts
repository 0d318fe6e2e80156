import { statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { diskFault, messagesOf } from './stores/disk.ts'

/** What lies in the data folder, and what it costs to begin anew with it. */
const LOSS: Record<string, string> = {
  dynamodb: 'all variants, users and grants are lost then',
  'sqs-s3': 'all sites and stored pages are lost then, and made again when somebody asks for them',
  ecs: 'nothing is lost then, and generations that were running are taken up again',
  'admin-key': 'a new key is made then',
  'key-pepper': 'every user needs a new key then',
}

/** The data is not as the service left it; the message is one sentence that names the place and says what to do. */
export class Damaged extends Error {
  override name = 'Damaged'

  /** @param what - is wrong with the file or folder, such as `is empty` */
  constructor(dataDir: string, path: string, what: string, options?: ErrorOptions) {
    const [part = ''] = relative(dataDir, path).split('/')
    const whole = join(dataDir, part)
    super(
      `${path} ${what}: restore ${whole} from a backup, or move it away and start again; ${LOSS[part] ?? 'nothing is lost then'}.`,
      options,
    )
  }
}

/** @throws Damaged when a folder is where this file has its place */
export function requireFile(dataDir: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Damaged(dataDir, path, 'is a folder, not a file')
  }
}

/** Why a store's files cannot be opened: they are damaged, unless the disk or their owner is the reason. */
export function unopenable(folder: string, cause: unknown): unknown {
  if (cause instanceof Damaged || diskFault(cause)) return cause
  if (isForbidden(cause)) return forbidden(folder, cause)
  return new Damaged(dirname(folder), folder, `is damaged (${messagesOf(cause).at(-1)})`, { cause })
}

/** Why the service cannot start on this data, in one sentence; any other error is given back as it is. */
export function explainStart(dataDir: string, error: unknown): unknown {
  const { code = '', path } = error as { code?: string; path?: string }
  const fault = diskFault(error)
  if (fault) {
    const remedy = fault === 'full' ? 'make room on it' : 'make it writable, or choose another folder with DATA_DIR'
    return new Error(`The disk under ${dataDir} is ${fault}: ${remedy}, and start again.`, { cause: error })
  }
  if (path === undefined || !isInside(dataDir, path)) return error
  if (isForbidden(error)) return forbidden(path, error)
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return new Damaged(dataDir, path, 'is a file, not a folder', { cause: error })
  return error
}

const forbidden = (path: string, cause: unknown): Error =>
  new Error(`${path} may not be used by this user: change its owner or its permissions, and start again.`, { cause })

const isForbidden = (error: unknown): boolean => /EACCES|EPERM|Permission denied/i.test(messagesOf(error).join(' '))

function isInside(folder: string, path: string): boolean {
  const from = relative(folder, path)
  return !from.startsWith('..') && !isAbsolute(from)
}
