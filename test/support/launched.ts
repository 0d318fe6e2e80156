import type { Writes } from '../../shared/lifecycle.ts'
import { now } from '../../shared/time.ts'

/** What dispatch writes before it asks for a generation's first task. */
export const launched = (launchedAt = now()): Writes<'launch'> => ({
  launchedAt,
  startedAt: launchedAt,
  limitSeconds: 3_600,
  mayUseCredentials: false,
})
