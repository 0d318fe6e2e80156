import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { generate } from '../../functions/generations/generate.ts'
import { createResources } from '../../infra/local/resources.ts'
import type { Outcome } from '../../runner/attempt.ts'
import { run } from '../../runner/run.ts'
import { openKnownSecrets } from '../../runner/secrets/known-secrets.ts'
import { openQueue } from '../../shared/aws/clients.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { transition } from '../../shared/aws/variant-store.ts'
import { type GenerationRecord, leaseOf } from '../../shared/generation.ts'
import type { Log } from '../../shared/log.ts'
import { GenerateRequest } from '../../shared/request.ts'
import { variantKey } from '../../shared/variant.ts'
import { launched } from './launched.ts'
import { quietLog } from './quiet-log.ts'
import { runnerEnv } from './runner-env.ts'
import type { TestStores } from './test-stores.ts'

/** One generation, as far as it came. */
export interface Ended {
  outcome: Outcome
  record: GenerationRecord
  log: string[]
}

export interface OwnRunner {
  /** Requests a generation and works on it until it has ended. */
  generate(more?: object): Promise<Ended>
  /** Requests one and works on it until the signal; then another attempt does the rest. */
  generateInTwo(signal: AbortSignal): Promise<Ended>
}

/** Works on generations of one repository in this process: the real request, the real runner, real git and a real CLI, without ECS. */
export async function openOwnRunner(
  { table, bucket }: TestStores,
  { repository, cli, folder }: { repository: string; cli: string; folder: string },
): Promise<OwnRunner> {
  const temporary = join(folder, 'tmp')
  await mkdir(temporary, { recursive: true })
  const env = runnerEnv({ AI_CLI_CLAUDE: cli, ANTHROPIC_API_KEY: 'test-key', TMPDIR: temporary })
  const { queueUrl } = await createResources({ table: table.name, bucket: bucket.name, queue: 'docsfy.fifo' })
  const queue = openQueue({ QUEUE_URL: queueUrl })
  const name = repository.split('/').at(-1) ?? ''
  const variant = { owner: 'admin', name, branch: 'main', provider: 'claude', model: 'm' } as const
  const key = variantKey(variant)
  const read = async (): Promise<GenerationRecord> => {
    const record = await readRecord(table, key)
    if (!record) throw new Error('There is no record')
    return record
  }

  const request = async (more: object): Promise<void> => {
    const body = { repo_path: repository, ai_provider: 'claude', ai_model: 'm', ...more }
    await generate({ table, queue }, GenerateRequest.parse(body), { username: 'admin', role: 'admin' }, quietLog)
  }

  const attempt = async (signal: AbortSignal): Promise<Ended> => {
    const lease = leaseOf(await read())
    await transition(table, 'launch', lease, launched())
    const lines: string[] = []
    const write = (line: string, facts?: object) => void lines.push(line + (facts ? ` ${JSON.stringify(facts)}` : ''))
    const log: Log = { debug() {}, info: write, warn: write, error: write }
    const outcome = await run({
      ...{ env, table, bucket, lease: { ...lease, me: 'own-runner' }, secrets: openKnownSecrets(), signal },
      log: { ...log, store: async () => undefined, close: async () => undefined },
    })
    return { outcome, record: await read(), log: lines }
  }

  return {
    async generate(more = {}) {
      await request(more)
      return await attempt(new AbortController().signal)
    },
    async generateInTwo(signal) {
      await request({})
      await attempt(signal)
      await transition(table, 'resume', leaseOf(await read()), { hostEnds: 1, waitingReason: 'stopped' })
      return await attempt(new AbortController().signal)
    },
  }
}

export const urlOf = (repository: string): string => pathToFileURL(repository).href
