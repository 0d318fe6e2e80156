import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { apiPage } from '../../api/api-page.ts'
import type { Success } from '../../api/declare.ts'
import { endpointList } from '../../api/endpoints.ts'
import { routes } from '../../api/routes.ts'
import { makeRepository } from '../support/repository.ts'
import { root } from '../support/service-process.ts'
import { openTarget } from './target.ts'

const page = await readFile(join(root, 'docs/api.md'), 'utf8')

test('docs/api.md is up to date with the declarations (if not: node api/write-api-page.ts)', () => {
  expect(page).toBe(apiPage())
})

test('each route has exactly one function', () => {
  const keys = routes.map(({ method, path }) => `${method} ${path}`)
  expect(new Set(keys).size).toBe(keys.length)
  const wanted = Map.groupBy(
    endpointList,
    ({ method, paths: [path] }) => `${method} ${path.split('/').slice(0, 4).join('/')}`,
  )
  for (const [key, endpoints] of wanted)
    expect(new Set(endpoints.map((endpoint) => endpoint.function)).size, key).toBe(1)
})

test.each(
  endpointList.flatMap(({ method, paths: [path], success }) =>
    Object.values<Success>(success).map((reply) => ({ key: `${method} ${path}`, ...reply })),
  ),
)(
  '$key: the answer with JSON or a text has an example, and it is as the schema says',
  ({ json, mediaType, example }) => {
    if (json) expect(json.parse(example)).toEqual(example)
    else expect(typeof example).toBe(mediaType?.startsWith('text/plain') ? 'string' : 'undefined')
  },
)

test('the OpenAPI document is valid, and every curl example in docs/api.md succeeds', async () => {
  await using target = await openTarget({ MAX_ACTIVE_TASKS: '1' })
  const { json: document } = await target.admin.get('/api/openapi.json')
  expect(document.openapi).toMatch(/^3\.1\./)
  expect(await new Validator().validate(document)).toMatchObject({ valid: true })
  const operations = Object.values<object>(document.paths).flatMap((item) => Object.keys(item))
  expect(operations).toHaveLength(endpointList.flatMap(({ paths }) => paths).length)

  const lines = page.split('\n').filter((line) => line.startsWith('curl '))
  expect(lines).toHaveLength(endpointList.length)
  if (!target.sample) return
  const DOCSFY_URL = target.url
  const { json: user } = await target.admin.post('/api/admin/users', { username: 'bob' })
  const keys = { DOCSFY_KEY: target.adminKey, USER_KEY: user.api_key }
  const environment = { PATH: process.env.PATH, DOCSFY_URL, ...keys }
  const run = async (line: string, more: Record<string, string> = {}) => {
    const options = { cwd: target.sample?.folder, env: { ...environment, ...more } }
    const { stdout } = await promisify(execFile)('sh', ['-c', `${line} -s -w '\\n%{http_code}'`], options)
    return { status: Number(stdout.split('\n').at(-1)), line }
  }

  // The examples need a project that is ready, and an entry in the queue behind a generation that never ends.
  const repository = join(target.sample.folder, 'hello-world')
  await makeRepository(repository, { 'README.md': '# Hello, world\n' })
  const accepted = await target.admin.post('/api/generate', { repo_path: repository, ai_model: 'claude-opus-4-6[1m]' })
  const GENERATION_ID: string = accepted.json.generation_id
  expect((await target.admin.settled(GENERATION_ID)).status).toBe('ready')
  const { text: dashboard } = await target.admin.get('/')
  const ASSET = /assets\/([^"]+)/.exec(dashboard)?.[1] ?? ''
  await target.sample.cli.rewrite({ slugs: ['one'], plan: 'hang' })
  await target.admin.post('/api/generate', { ...target.source, ai_model: 'endless' })

  const isDelete = (line: string) => line.includes('-X DELETE')
  const isAbort = (line: string) => line.includes('/abort"')
  const isPrioritize = (line: string) => line.includes('/prioritize"')
  const needsOther = (line: string) => isDelete(line) || isAbort(line) || isPrioritize(line)
  const example = lines.find((line) => line.includes('/api/generate"')) ?? ''
  // The ready project was made from a folder, not from the repository of the example.
  const generate = example.replace('{', '{"force": true, ')
  for (const line of lines.filter((candidate) => !needsOther(candidate) && candidate !== example)) {
    expect([200, 302], line).toContain((await run(line, { GENERATION_ID, ASSET })).status)
  }
  for (const line of lines.filter(isPrioritize)) {
    expect((await run(generate)).status).toBe(202)
    expect((await run(line)).status, line).toBe(200)
    expect((await run(lines.find(isAbort) ?? '')).status).toBe(200)
  }
  for (const line of lines.filter(isAbort)) {
    expect((await run(generate)).status).toBe(202)
    expect((await run(line)).status, line).toBe(200)
  }
  for (const line of lines.filter(isDelete)) {
    expect((await run(line)).status, line).toBe(200)
    if (lines.filter(isDelete).at(-1) === line) break
    expect((await run(generate)).status).toBe(202)
    expect((await run(lines.find(isAbort) ?? '')).status).toBe(200)
  }
})
