import { getText, listObjects } from '../../shared/aws/site-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { LogLine } from '../../shared/log.ts'
import { generationPrefix } from '../../shared/object-keys.ts'
import { parseJson } from '../../shared/parse-json.ts'
import { visibleEntry } from '../../shared/visible-text.ts'
import type { Resources } from '../resources.ts'

/** The log of the last generation as text: all attempts in order, one line per event. */
export async function readLog(
  { bucket }: Resources<'bucket'>,
  { key, generationId }: GenerationRecord,
): Promise<string> {
  const prefix = generationPrefix(key, generationId)
  const attempts: number[] = []
  for await (const object of listObjects(bucket, prefix)) {
    const attempt = /^(\d+)\/log\.jsonl$/.exec(object.key.slice(prefix.length))?.[1]
    if (attempt) attempts.push(Number(attempt))
  }
  const logs: string[] = []
  for (const attempt of attempts.toSorted((a, b) => a - b)) {
    logs.push((await getText(bucket, `${prefix}${attempt}/log.jsonl`)) ?? '')
  }
  return logs.flatMap((log) => log.split('\n').filter(Boolean).map(readable)).join('')
}

/** Formats a line; a damaged line must not hide the others, and no message may look like a line of its own. */
function readable(line: string): string {
  const { data } = LogLine.safeParse(parseJson(line))
  return data ? `${data.time} ${data.level.padEnd(5)} ${visibleEntry(data.message)}\n` : '(unreadable log line)\n'
}
