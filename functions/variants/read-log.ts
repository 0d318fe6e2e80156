import { getText, listObjects } from '../../shared/aws/site-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { LogLine } from '../../shared/log.ts'
import { generationPrefix } from '../../shared/object-keys.ts'
import { parseJson } from '../../shared/parse-json.ts'
import type { Resources } from '../resources.ts'

/** What the last generation did, attempt by attempt, a line each. */
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

/** A line that cannot be read, in an object that was damaged, takes none of the others with it. */
function readable(line: string): string {
  const { data } = LogLine.safeParse(parseJson(line))
  return data ? `${data.time} ${data.level.padEnd(5)} ${data.message}\n` : 'A line here cannot be read.\n'
}
