import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Api, apiOf, type Reply } from '../support/api.ts'
import { limits } from '../support/limits.ts'
import { makeRepository } from '../support/repository.ts'
import { writeScriptedCli } from '../support/scripted-cli.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'
import { waitFor } from '../support/wait.ts'

type Variant = Reply['json']

/** How many generations each owner requests. */
const wanted: Record<string, number> = { noisy: 24, some: 4, few: 2 }
const all = Object.values(wanted).reduce((sum, count) => sum + count, 0)

test('30 generations of three owners all become ready: the limits hold, small owners come first, no position rises', async () => {
  await using folder = await temporaryFolder('turns')
  const repository = join(folder.path, 'tiny')
  await makeRepository(repository, { 'README.md': '# Tiny\n\nIt adds two numbers.\n' })
  const cli = await writeScriptedCli(folder.path, { slugs: ['one'] })
  const environment = {
    ...{ AI_CLI_CLAUDE: cli.path, ANTHROPIC_API_KEY: 'test-key', ADMIN_KEY: 'an-admin-key-for-tests' },
    ...{ MAX_ACTIVE_TASKS: '2', MAX_ACTIVE_PER_OWNER: '1' },
  }
  const dataDir = join(folder.path, 'data')
  let service = await startServiceProcess(dataDir, environment)
  try {
    await apiOf(service).post('/api/admin/drain', { reason: 'a restart' })
    await requestAll(service, repository)
    await service.kill()
    service = await startServiceProcess(dataDir, environment)
    const api = apiOf(service)
    const { waiting, running, drained } = (await api.get('/api/admin/queue')).json
    expect({ drained, running, waiting: waiting.length }).toEqual({ drained: true, running: [], waiting: all })
    expect((await api.delete('/api/admin/drain')).status).toBe(200)

    const variants = await watchToTheEnd(api)
    expect(variants.map(({ status }) => status)).toEqual(Array(all).fill('ready'))
    const lastStart = (owner: string) =>
      variants
        .filter((variant) => variant.owner === owner)
        .map(({ started_at }) => started_at)
        .toSorted()
        .at(-1)
    expect(lastStart('few') < lastStart('some')).toBe(true)
    expect(lastStart('some') < lastStart('noisy')).toBe(true)
  } finally {
    await service.stop()
  }
})

/** Only admins may document a folder on this machine. */
async function requestAll(service: { url: string; adminKey: string }, repository: string): Promise<void> {
  for (const [username, count] of Object.entries(wanted)) {
    const { api_key } = (await apiOf(service).post('/api/admin/users', { username, role: 'admin' })).json
    const owner = apiOf({ url: service.url, adminKey: api_key })
    for (let index = 0; index < count; index++) {
      const { status } = await owner.post('/api/generate', { repo_path: repository, ai_model: `m${index}` })
      expect(status).toBe(202)
    }
  }
}

/** Looks at the list again and again until nothing is generating. */
async function watchToTheEnd(api: Api): Promise<Variant[]> {
  const positions = new Map<string, number>()
  const look = async (): Promise<Variant[]> => {
    const { projects } = (await api.get('/api/status')).json
    // Not from the list, which is no picture of a single moment.
    const { running } = (await api.get('/api/admin/queue')).json
    expect(running.length).toBeLessThanOrEqual(2)
    expect(new Set(running.map(({ owner }: Variant) => owner)).size).toBe(running.length)
    for (const { generation_id, queue_position, waiting_reason } of projects) {
      if (queue_position === null) continue
      expect(queue_position).toBeLessThanOrEqual(positions.get(generation_id) ?? Number.POSITIVE_INFINITY)
      expect(waiting_reason).toEqual(expect.any(String))
      positions.set(generation_id, queue_position)
    }
    return projects
  }
  const isOver = (projects: Variant[]) => projects.every(({ status }) => status !== 'generating')
  return await waitFor('the end of all generations', look, isOver, { limit: limits.generation, every: 300 })
}
