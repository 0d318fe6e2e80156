import { readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Log } from '../../shared/log.ts'
import { listFiles } from '../files/list-files.ts'
import type { KnownSecrets } from '../secrets/known-secrets.ts'
import { decodeText } from './decode-text.ts'

/** Larger files are data. */
const MOST_BYTES = 1024 * 1024
/** How long a scan may take. */
const MOST_MS = 60_000
/** How many secrets the log names. */
const MOST_NAMED = 50

/**
 * Finds the secrets in a clone's files, so that they can be masked wherever they appear. The log names each with file and line. In a
 * very large repository the scan ends after a minute, and says so.
 */
export async function scanClone(
  clone: string,
  secrets: KnownSecrets,
  { log, signal, onStep }: { log: Log; signal: AbortSignal; onStep(): void },
): Promise<void> {
  const ends = performance.now() + MOST_MS
  const places: string[] = []
  let scanned = 0
  const files = await listFiles(clone, join(clone, '.git'))
  for (const file of files) {
    signal.throwIfAborted()
    if (performance.now() > ends) break
    const text = await readText(file)
    const path = relative(clone, file)
    for (const { kind, place } of text ? await secrets.learn(path, text) : []) {
      places.push(`${kind} (${path}, line ${place.line})`)
    }
    if (++scanned % 1_000 === 0) onStep()
  }
  if (scanned < files.length)
    log.warn(
      `only ${scanned} of ${files.length} files were searched for secrets; in pages they are found by their form`,
    )
  if (places.length === 0) return
  const more = places.length > MOST_NAMED ? `, and ${places.length - MOST_NAMED} more` : ''
  log.warn(
    `the repository holds what looks like secrets; they are masked in all that docsfy writes: ${places.slice(0, MOST_NAMED).join(', ')}${more}`,
  )
}

/** A file's text; undefined if it has none or is gone. */
async function readText(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).size > MOST_BYTES) return undefined
    const bytes = await readFile(file)
    const text = decodeText(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
