import { setTimeout as sleep } from 'node:timers/promises'
import type { LocalEnv } from '../../../shared/env.ts'
import { loadOrCreateSecret, openDataDir } from '../data-dir.ts'
import { findRunning, type RunningService } from '../running-service.ts'
import { startAndAnnounce } from '../start-and-announce.ts'
import { FolderInUse } from '../stores/lock.ts'
import type { DemoArguments } from './read-arguments.ts'

/** The service that this demo uses. */
export interface DemoService {
  url: string
  adminKey: string
  /** Another process runs it, and may end it. */
  isJoined: boolean
  /** Stops a service that this process has started; leaves another one alone. */
  close(): Promise<void>
}

/** Another docsfy may be starting or stopping. */
const ATTEMPTS = 60
const BETWEEN_MS = 500

/**
 * Starts the service, or joins the one that already runs on the same data: that of another demo in another terminal, or of
 * `npm start`.
 *
 * @throws Error that says what to do, also if the other service has other settings than this demo asks for
 */
export async function joinOrStart(env: LocalEnv, args: DemoArguments): Promise<DemoService> {
  for (let attempt = 1; ; attempt++) {
    try {
      return { ...(await startAndAnnounce(env, args)), isJoined: false }
    } catch (error) {
      if (!(error instanceof FolderInUse)) throw error
      const dataDir = openDataDir(env.DATA_DIR)
      const running = await findRunning(dataDir)
      if (running) return join(running, loadOrCreateSecret(dataDir, 'admin-key', env.ADMIN_KEY), args)
      if (attempt === ATTEMPTS) throw error
      await sleep(BETWEEN_MS)
    }
  }
}

function join({ url, standIn }: RunningService, adminKey: string, args: DemoArguments): DemoService {
  const other = `Another docsfy already runs at ${url}`
  const remedy = 'Stop it first (Ctrl-C in its terminal), then run this again.'
  if (standIn && !args.standIn) throw new Error(`${other}, with the stand-in instead of a model. ${remedy}`)
  if (!standIn && args.standIn) throw new Error(`${other}, with a real model instead of the stand-in. ${remedy}`)
  if (args.ownAccess) throw new Error(`${other}, without your access to private repositories. ${remedy}`)
  return { url, adminKey, isJoined: true, close: async () => undefined }
}
