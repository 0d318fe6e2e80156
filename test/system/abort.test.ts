import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { isAlive } from '../support/processes.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { writeScriptedCli } from '../support/scripted-cli.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'

const model = 'claude-opus-4-6[1m]'
const variantPath = `adder/claude/${encodeURIComponent(model)}`

test('twenty aborts at once while pages are written answer 200, leave no process and keep the last site, and the next request works', async () => {
  await using folder = await temporaryFolder('abort')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  const cli = await writeScriptedCli(folder.path, { slugs: ['one', 'two', 'three'] })
  const service = await startServiceProcess(join(folder.path, 'data'), {
    AI_CLI_CLAUDE: cli.path,
    ANTHROPIC_API_KEY: 'test-key',
  })
  try {
    const api = apiOf(service)
    const request = { repo_path: repository, ai_model: model }
    const first = await api.settled((await api.post('/api/generate', request)).json.generation_id)
    expect(first).toMatchObject({ status: 'ready', page_count: 3, total_cost_usd: 1 })

    await cli.rewrite({ slugs: ['one', 'two', 'three'], pages: { two: 'ignore-sigterm', three: 'hang' } })
    const again = await api.post('/api/generate', { ...request, force: true })
    expect(again.status).toBe(202)
    await api.until(again.json.generation_id, { page_count: 1 })
    const running = (await cli.calls()).slice(-3).filter(({ what }) => what === 'two' || what === 'three')
    expect(running).toHaveLength(2)

    const [aborted, ...others] = await Promise.all(
      Array.from({ length: 20 }, async () => await api.post(`/api/projects/${variantPath}/abort`)),
    )
    expect(aborted).toMatchObject({ status: 200, json: { aborted: `adder/claude/${model}` } })
    expect(others.map(({ status }) => status)).toEqual(Array(19).fill(200))
    expect((await api.post(`/api/projects/${variantPath}/abort`)).status).toBe(404)
    for (const { pid } of running) expect(await isAlive(pid)).toBe(false)
    const record = (await api.get(`/api/projects/${variantPath}`)).json
    expect(record).toMatchObject({
      status: 'aborted',
      error_message: 'Generation aborted by user',
      current_stage: null,
    })
    expect(record.last_commit_sha).toBe(first.last_commit_sha)
    expect((await api.get(`/docs/${variantPath}/one.html`)).status).toBe(200)

    await cli.rewrite({ slugs: ['one', 'two', 'three'] })
    const third = await api.post('/api/generate', { ...request, force: true })
    expect(third.status).toBe(202)
    expect(await api.settled(third.json.generation_id)).toMatchObject({ status: 'ready', page_count: 3 })
  } finally {
    await service.stop()
  }
})

test('aborting a variant that is not generating is 404, and aborting a queued one is immediate', async () => {
  await using folder = await temporaryFolder('abort-queued')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  const cli = await writeScriptedCli(folder.path, { slugs: ['one'], otherPages: 'hang' })
  const environment = { AI_CLI_CLAUDE: cli.path, ANTHROPIC_API_KEY: 'test-key', MAX_ACTIVE_TASKS: '1' }
  const service = await startServiceProcess(join(folder.path, 'data'), environment)
  try {
    const api = apiOf(service)
    expect(await api.post('/api/projects/adder/claude/a/abort')).toMatchObject({
      status: 404,
      json: { detail: 'No active generation for this variant' },
    })
    const a = (await api.post('/api/generate', { repo_path: repository, ai_model: 'a' })).json
    await api.until(a.generation_id, { current_stage: 'generating_pages' })
    const b = (await api.post('/api/generate', { repo_path: repository, ai_model: 'b', branch: 'main' })).json
    const waiting = await api.until(b.generation_id, { queue_position: 1 })
    expect(waiting).toMatchObject({ status: 'generating', current_stage: 'queued' })
    expect(await api.post('/api/projects/adder/main/claude/b/abort')).toMatchObject({
      status: 200,
      json: { aborted: 'adder/main/claude/b' },
    })
    expect((await api.get('/api/projects/adder/claude/b')).json.status).toBe('aborted')
    expect((await api.post('/api/projects/adder/abort')).json).toEqual({ aborted: 'adder' })
    expect((await api.get('/api/projects/adder/claude/a')).json.status).toBe('aborted')
    expect((await api.post('/api/projects/adder/abort')).json.detail).toBe("No active generation for 'adder'")
  } finally {
    await service.stop()
  }
})
