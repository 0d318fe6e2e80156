import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'

test('with an empty AI_MODEL a request must name a model, and a wrong AI_PROVIDER is reported', async () => {
  await using folder = await temporaryFolder('defaults')
  const service = await startServiceProcess(join(folder.path, 'data'), { AI_MODEL: '', AI_PROVIDER: 'openai' })
  try {
    const api = apiOf(service)
    const request = { repo_url: 'https://github.com/group/name' }
    expect(await api.post('/api/generate', { ...request, ai_provider: 'claude' })).toMatchObject({
      status: 400,
      json: { detail: 'AI model must be specified.' },
    })
    expect(await api.post('/api/generate', request)).toMatchObject({
      status: 400,
      json: { detail: "Invalid AI provider: 'openai'. Must be claude, gemini, or cursor." },
    })
  } finally {
    await service.stop()
  }
})
