import { expect, test } from 'vitest'
import { listObjects } from '../../shared/aws/site-store.ts'
import { startSampleService } from '../support/sample-service.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { openTestStores } from '../support/test-stores.ts'

test('deleting a variant removes its record, site, stored pages and log, and a new one starts from nothing', async () => {
  await using folder = await temporaryFolder('stores')
  await using stores = await openTestStores(folder.path)
  await using sample = await startSampleService({ slugs: ['one', 'two'] }, stores.env)
  const { api, cli } = sample
  const request = { repo_path: sample.repository, ai_model: 'm' }
  const first = await api.settled((await api.post('/api/generate', request)).json.generation_id)
  expect(first.status).toBe('ready')
  expect(await api.delete('/api/projects/adder/claude/m')).toMatchObject({ status: 400 })
  expect(await api.delete('/api/projects/adder/claude/other?owner=admin')).toMatchObject({
    status: 404,
    json: { detail: 'Variant not found' },
  })
  expect(await api.delete('/api/projects/adder/claude/m?owner=admin')).toMatchObject({
    status: 200,
    json: { deleted: 'adder/claude/m' },
  })
  for (const path of ['/api/projects/adder/claude/m', '/api/projects/adder', '/docs/adder/claude/m/one.html']) {
    expect((await api.get(path)).status).toBe(404)
  }
  expect((await api.get(`/api/projects/by-id/${first.generation_id}`)).status).toBe(404)
  expect((await api.get('/api/status')).json).toMatchObject({ projects: [], known_models: {} })
  expect(await Array.fromAsync(listObjects(stores.bucket, ''))).toEqual([])

  const before = (await cli.calls()).length
  const second = await api.settled((await api.post('/api/generate', request)).json.generation_id)
  expect(second).toMatchObject({ status: 'ready', page_count: 2 })
  expect((await cli.calls()).length - before).toBe(3)
  expect((await api.get(`/api/projects/by-id/${first.generation_id}`)).status).toBe(404)
  expect((await api.delete('/api/projects/adder?owner=admin')).json).toEqual({ deleted: 'adder' })
})

test('a variant cannot be deleted while it is generating', async () => {
  await using sample = await startSampleService({ slugs: ['one'], otherPages: 'hang' })
  const { api } = sample
  const { generation_id } = (await api.post('/api/generate', { repo_path: sample.repository, ai_model: 'm' })).json
  await api.until(generation_id, { current_stage: 'generating_pages' })
  expect((await api.delete('/api/projects/adder/claude/m?owner=admin')).json.detail).toBe(
    "Cannot delete 'adder/claude/m' while generation is in progress. Abort first.",
  )
  expect((await api.delete('/api/projects/adder?owner=admin')).json.detail).toBe(
    "Cannot delete 'adder' while generation is in progress. Abort running variants first.",
  )
  expect((await api.post('/api/projects/adder/claude/m/abort')).status).toBe(200)
})
