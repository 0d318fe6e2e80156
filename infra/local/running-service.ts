import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { parseJson } from '../../shared/parse-json.ts'
import { writeAtomically } from './ecs/write-atomically.ts'

/** The service that runs on a data folder, for another process of the same user to find. */
const RunningService = z.object({ url: z.url(), standIn: z.boolean() })
export type RunningService = z.infer<typeof RunningService>

const fileIn = (dataDir: string): string => join(dataDir, 'running.json')

/** Notes the service that has started on this folder. */
export const noteRunning = (dataDir: string, service: RunningService): void => writeAtomically(fileIn(dataDir), service)

/** Takes the note away. After a crash it stays, until the next start. */
export const forgetRunning = (dataDir: string): void => rmSync(fileIn(dataDir), { force: true })

/** The service that is noted for this folder and answers; undefined while it starts, or if there is none. */
export async function findRunning(dataDir: string): Promise<RunningService | undefined> {
  const { data } = RunningService.safeParse(parseJson(read(fileIn(dataDir))))
  if (!data) return undefined
  const answer = await fetch(`${data.url}/health`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) }).catch(
    () => undefined,
  )
  return answer?.ok ? data : undefined
}

const HEALTH_TIMEOUT_MS = 5_000

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
