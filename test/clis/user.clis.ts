import { execFileSync } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fakeAnthropic } from '../support/fake-anthropic.ts'
import { fakeGemini } from '../support/fake-gemini.ts'
import type { ModelScript } from '../support/model-script.ts'
import { clis } from './clis.ts'
import { pageOf, planOf, startRealService } from './real-service.ts'

const NOBODY = 65_534
const asNobody = { uid: NOBODY, gid: NOBODY }

/** Only root can switch users, and that user must be able to reach the CLIs, which it cannot in a checkout under /root. */
function isPossible(): boolean {
  try {
    for (const path of Object.values(clis)) execFileSync('test', ['-r', path], asNobody)
    return process.getuid?.() === 0
  } catch {
    return false
  }
}

/** Every page begins by reading the clone. The next request to the model shows what the tools returned. */
const reading =
  (tools: NonNullable<ReturnType<typeof pageOf>['tools']>): ModelScript =>
  ({ turn, task }) => {
    if (task.kind === 'plan') return planOf(['setup'])
    return turn === 0 ? { tools } : pageOf(task.slug)
  }

const models = {
  claude: { ai_model: 'claude-opus-4-6', fake: () => fakeAnthropic(reading([['Read', { file_path: 'README.md' }]])) },
  gemini: { ai_model: 'gemini-2.5-pro', fake: () => fakeGemini(reading([['read_file', { file_path: 'README.md' }]])) },
}

describe.skipIf(!isPossible())('as a separate user', () => {
  test.each(['claude', 'gemini'] as const)('%s reads the clone and writes a site', async (provider) => {
    const { ai_model, fake } = models[provider]
    await using model = await fake()
    await using service = await startRealService(provider === 'claude' ? { anthropic: model } : { gemini: model }, {
      AI_CLI_UID: String(NOBODY),
      AI_CLI_GID: String(NOBODY),
    })
    await chmod(dirname(service.dataDir), 0o711)
    const request = { ...service.request, ai_provider: provider, ai_model, ai_cli_timeout: 2 }
    const { generation_id } = (await service.api.post('/api/generate', request)).json
    expect(await service.api.settled(generation_id)).toMatchObject({
      status: 'ready',
      page_count: 1,
      error_message: null,
    })
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('npm install adder')
  })
})
