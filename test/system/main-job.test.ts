import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { checkSite } from '../support/check-site.ts'
import { serveGit } from '../support/git-http.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { root, startServiceProcess, temporaryFolder } from '../support/service-process.ts'

const run = promisify(execFile)
const demo = async (home: string, ...args: string[]) =>
  await run(process.execPath, [`${root}infra/local/demo.ts`, ...args], {
    env: { PATH: process.env.PATH, HOME: home, DATA_DIR: join(home, 'data') },
  })

test('the demo documents this repository, with progress, and every excerpt and link is right', async () => {
  await using folder = await temporaryFolder('demo')
  const clone = join(folder.path, 'docsfy')
  await gitIn(folder.path, 'clone', '-q', '--depth', '1', `file://${root}`, clone)
  const { stdout } = await demo(folder.path, clone, '--once', '--out', join(folder.path, 'site'))
  expect(stdout).toContain('costs nothing')
  expect(stdout).toMatch(/writing pages, \d+ of \d+ done/)
  expect(stdout).toMatch(/ready: \d+ pages/)
  const report = checkSite(join(folder.path, 'site'), clone)
  expect(report.problems).toEqual([])
  expect(report.pages.length).toBeGreaterThanOrEqual(7)
  expect(report.excerpts).toBeGreaterThan(20)
  expect(report.internalLinks).toBeGreaterThan(50)
})

test('a repository of a private git server that is allowed is cloned over http, and survives a restart of the service', async () => {
  await using folder = await temporaryFolder('http')
  await makeRepository(join(folder.path, 'adder'), sampleFiles, 'trunk')
  await gitIn(folder.path, 'clone', '-q', '--bare', 'adder', 'group/sub/adder.git')
  await using git = await serveGit(folder.path)
  const dataDir = join(folder.path, 'data')
  const environment = { ALLOWED_PRIVATE_HOSTS: git.host, AI_MODEL: 'stand-in' }
  const first = await startServiceProcess(dataDir, environment)
  const request = { repo_url: `${git.url}/group/sub/adder.git`, branch: 'main' }
  const { generation_id } = (await apiOf(first).post('/api/generate', request)).json
  const ready = await apiOf(first).settled(generation_id)
  expect(ready).toMatchObject({ status: 'ready', ref: 'trunk', branch: 'main', error_message: null })
  const page = await apiOf(first).get('/docs/adder/claude/stand-in/overview.html')
  expect(page).toMatchObject({ status: 200 })
  expect(page.text).toContain('Adds numbers')
  await first.stop()

  const second = await startServiceProcess(dataDir, environment)
  try {
    const api = apiOf(second)
    expect((await api.get('/api/projects/adder/claude/stand-in')).json).toEqual(ready)
    expect((await api.get('/docs/adder/claude/stand-in/overview.html')).text).toBe(page.text)
    const again = await api.settled((await api.post('/api/generate', request)).json.generation_id)
    expect(again).toMatchObject({ status: 'ready', current_stage: 'up_to_date', last_generated: ready.last_generated })
    const asTests = { ...request, repo_type: 'tests' }
    const other = await api.settled((await api.post('/api/generate', asTests)).json.generation_id)
    expect(other).toMatchObject({ status: 'ready', current_stage: null, repo_type: 'tests' })
  } finally {
    await second.stop()
  }
})

test('without being allowed, a private git server is refused', async () => {
  await using folder = await temporaryFolder('refused')
  const service = await startServiceProcess(join(folder.path, 'data'))
  try {
    expect(
      await apiOf(service).post('/api/generate', { repo_url: 'http://127.0.0.1:1/group/adder.git' }),
    ).toMatchObject({
      status: 400,
      json: { detail: 'Repository URL must not target localhost or private networks' },
    })
  } finally {
    await service.stop()
  }
})
