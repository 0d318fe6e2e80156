import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Money, openBudget } from '../../runner/ai/call/budget.ts'
import { openPause } from '../../runner/ai/call/pause.ts'
import type { AiSession } from '../../runner/ai/call/session.ts'
import { openKnownSecrets } from '../../runner/secrets/known-secrets.ts'
import { createLog } from '../../shared/log.ts'
import { descriptors } from '../../shared/providers/descriptors.ts'
import type { Provider } from '../../shared/variant.ts'
import { runnerEnv } from './runner-env.ts'

export interface SampleSession {
  session: AiSession
  /** What was logged, the reasons for waits, and the money as on the record. */
  lines: string[]
  waits: (string | undefined)[]
  money: Money
}

const keyNames: Record<Provider, string> = {
  claude: 'ANTHROPIC_API_KEY',
  gemini: 'GEMINI_API_KEY',
  cursor: 'CURSOR_API_KEY',
}

/** A session whose CLI is this executable, with short pauses. */
export async function openSampleSession(
  folder: string,
  { provider, path, key }: { provider: Provider; path: string; key: string },
  options: { minutes?: number; timeLeftMs?: number } = {},
): Promise<SampleSession> {
  const [cwd, scratch] = [join(folder, 'clone'), join(folder, 'scratch')]
  await Promise.all([mkdir(cwd), mkdir(scratch)])
  const lines: string[] = []
  const waits: (string | undefined)[] = []
  const money: Money = { costUsd: undefined, reservedUsd: 0 }
  const write = (next: Money) => void Object.assign(money, next)
  const until = Date.now() + (options.timeLeftMs ?? 60_000)
  const leftMs = () => until - Date.now()
  const session: AiSession = {
    env: runnerEnv({ [descriptors[provider].executable]: path, [keyNames[provider]]: key }),
    ...{ provider, model: 'm', timeoutMinutes: options.minutes ?? 1, cwd, scratch },
    log: createLog({ level: 'info', secrets: [key], write: (line) => lines.push(JSON.parse(line).message) }),
    secrets: openKnownSecrets(),
    signal: new AbortController().signal,
    budget: openBudget(
      money,
      { maxUsd: 10, isSet: true, callUsd: 2 },
      { note: write, save: async (next) => write(next) },
    ),
    ...{ system: 'Be brief.', wishes: '' },
    pause: openPause({ firstMs: 300, longestMs: 1_000, leftMs, note: (reason) => waits.push(reason) }),
  }
  return { session, lines, waits, money }
}
