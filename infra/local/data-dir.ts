import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { DamagedData, explainStartFailure, requireFile } from './damage.ts'
import { diskFault } from './stores/disk.ts'

/** Creates the data folder if necessary, and returns its path. @throws Error that says what to do if it isn't writable */
export function openDataDir(folder: string): string {
  const path = resolve(folder)
  try {
    makeFolder(path, PASSABLE)
    accessSync(path, constants.W_OK | constants.X_OK)
    return path
  } catch (cause) {
    if (diskFault(cause)) throw explainStartFailure(path, cause)
    throw new Error(`Cannot write to ${path}. Set DATA_DIR to another folder, or change its permissions.`, {
      cause,
    })
  }
}

/** For the owner only: the data includes documentation of private repositories. */
export const PRIVATE = 0o700
/** Others may pass through but not list: a CLI that runs as another user (AI_CLI_UID) has to reach its HOME. */
export const PASSABLE = 0o711

/** Creates a folder, or sets the mode of an existing one. */
export function makeFolder(path: string, mode: number): string {
  mkdirSync(path, { recursive: true })
  chmodSync(path, mode)
  return path
}

/** In characters. Anything shorter could be guessed. */
const SHORTEST_SECRET = 16

/**
 * Returns a secret of this installation: the configured one, or one generated once and kept in a file that only its owner can read.
 *
 * @throws DamagedData when the file holds no valid secret
 */
export function loadOrCreateSecret(dataDir: string, name: string, configured: string | undefined): string {
  if (configured) return configured
  const file = secretFile(dataDir, name)
  requireFile(dataDir, file)
  if (!existsSync(file)) {
    // Flush to another name, then rename: neither a crash nor a power cut may leave half a secret.
    writeFileSync(`${file}.new`, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
  const secret = readFileSync(file, 'utf8').trim()
  if (secret.length < SHORTEST_SECRET) {
    const what = secret ? `has fewer than ${SHORTEST_SECRET} characters` : 'is empty'
    throw new DamagedData(dataDir, file, what)
  }
  return secret
}

/** Where {@link loadOrCreateSecret} keeps a generated secret. */
export const secretFile = (dataDir: string, name: string): string => join(dataDir, name)
