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
import { Damaged, explainStart, requireFile } from './damage.ts'
import { diskFault } from './stores/disk.ts'

/** The folder of all data, made if need be. @throws Error with one plain sentence when it cannot be written */
export function openDataDir(folder: string): string {
  const path = resolve(folder)
  try {
    makeFolder(path, PASSABLE)
    accessSync(path, constants.W_OK | constants.X_OK)
    return path
  } catch (cause) {
    if (diskFault(cause)) throw explainStart(path, cause)
    throw new Error(`Cannot write to ${path}: choose another folder with DATA_DIR, or change its permissions.`, {
      cause,
    })
  }
}

/** Its owner's alone: private repositories are documented there. */
export const PRIVATE = 0o700
/** Others pass to a place that they were told, and see nothing else: a CLI that runs as a user of its own (AI_CLI_UID). */
export const PASSABLE = 0o711

/** A folder with this mode, whether it was there or not. */
export function makeFolder(path: string, mode: number): string {
  mkdirSync(path, { recursive: true })
  chmodSync(path, mode)
  return path
}

/** Characters; shorter ones are guessed. */
const SHORTEST_SECRET = 16

/**
 * A secret of this installation: as configured, or generated once and kept in a file that only its owner can read.
 *
 * @throws Damaged when the file holds none
 */
export function keepSecret(dataDir: string, name: string, configured: string | undefined): string {
  if (configured) return configured
  const file = secretFile(dataDir, name)
  requireFile(dataDir, file)
  if (!existsSync(file)) {
    // Under another name first, and through to the disk: neither a crash nor a power cut must leave half a secret.
    writeFileSync(`${file}.new`, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
  const secret = readFileSync(file, 'utf8').trim()
  if (secret.length < SHORTEST_SECRET) {
    const what = secret ? `has fewer than ${SHORTEST_SECRET} characters` : 'is empty'
    throw new Damaged(dataDir, file, what)
  }
  return secret
}

/** Where {@link keepSecret} keeps what was not configured. */
export const secretFile = (dataDir: string, name: string): string => join(dataDir, name)
