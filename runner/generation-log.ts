import type { Bucket } from '../shared/aws/clients.ts'
import { putObject } from '../shared/aws/site-store.ts'
import { withoutAwsIds } from '../shared/aws/without-aws-ids.ts'
import type { Lease } from '../shared/generation.ts'
import { createLog, type Log, type LogLevel, shows } from '../shared/log.ts'
import type { Mask } from '../shared/mask.ts'
import { logKey } from '../shared/object-keys.ts'

export interface GenerationLog extends Log {
  /** Stores what has been logged so far. Never rejects. */
  store(): Promise<void>
  /** Stores the log for the last time. */
  close(): Promise<void>
}

const STORE_EVERY_MS = 10_000
/** Objects cannot be appended to, so a long log is stored less often, to upload about 64 KB a second at most. */
const BYTES_PER_MS = 64

/**
 * A log that goes to standard output and to the bucket, next to the generation's pages. `level` applies to standard output. The
 * stored log has at least every line from `info` up, so `…/log` never depends on the operator's log level.
 */
export function openGenerationLog(
  bucket: Bucket,
  lease: Lease,
  { level, secrets, mask }: { level: LogLevel; secrets: readonly string[]; mask?: Mask },
): GenerationLog {
  const lines: string[] = []
  let bytes = 0
  let stored = 0
  let storing: Promise<void> = Promise.resolve()
  const log = createLog({
    level: shows(level, 'info') ? level : 'info',
    secrets,
    ...(mask ? { mask } : {}),
    facts: { ...lease },
    write: (line, lineLevel) => {
      if (shows(level, lineLevel)) process.stdout.write(`${line}\n`)
      // Standard output is for operators, the stored log for users.
      lines.push(withoutAwsIds(line))
      bytes += line.length + 1
    },
  })

  // A log must not fail the generation. Lines that could not be stored now are stored with the next ones.
  const store = (): Promise<void> => {
    storing = storing.then(async () => {
      const count = lines.length
      if (count === stored) return
      try {
        await putObject(bucket, logKey(lease), lines.slice(0, count).join('\n'), 'application/x-ndjson')
        stored = count
      } catch (error) {
        process.stdout.write(
          `${JSON.stringify({ level: 'warn', message: 'the log could not be stored', error: String(error) })}\n`,
        )
      }
    })
    return storing
  }

  let timer: NodeJS.Timeout | undefined
  let closed = false
  const storeAgain = () => {
    timer = setTimeout(
      () => void store().then(() => closed || storeAgain()),
      Math.max(STORE_EVERY_MS, bytes / BYTES_PER_MS),
    )
  }
  storeAgain()
  return {
    ...log,
    store,
    async close() {
      closed = true
      clearTimeout(timer)
      await store()
    },
  }
}
