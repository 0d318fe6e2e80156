import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { apiOf } from '../support/api.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { root, startServiceProcess, temporaryFolder } from '../support/service-process.ts'

// `npm run fuzz:api`: sends thousands of requests that follow or break the OpenAPI document, and checks that the service answers as the
// document says. The seed is fixed, so it finds the same each time; `npm run fuzz:api -- --seed 2 --max-examples 100` finds more.
const VERSION = '4.32.5'
const installed = join(root, 'node_modules/.cache/docsfy-schemathesis', VERSION)
const options = ['--phases', 'examples,coverage,fuzzing', '--seed', '1', '--max-examples', '8', '--workers', '2']

install()
await using folder = await temporaryFolder('fuzz')
await makeRepository(join(folder.path, 'hello-world'), sampleFiles)
// One generation at a time: many requests are accepted, and start one.
const service = await startServiceProcess(join(folder.path, 'data'), {
  AI_MODEL: 'stand-in',
  LOG_LEVEL: 'error',
  MAX_ACTIVE_TASKS: '1',
})
try {
  await makeSomethingToFind()
  process.exitCode = await run()
} finally {
  await service.stop()
}

function install(): void {
  if (existsSync(installed)) return
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action', 'ignore']
  const { status } = spawnSync('python3', [...pip, '--target', installed, `schemathesis==${VERSION}`], {
    stdio: 'inherit',
  })
  if (status !== 0)
    throw new Error('schemathesis could not be installed. It needs Python 3.10 or later, pip, and PyPI.')
}

/** A site, a user and a grant under the names of the document's examples. */
async function makeSomethingToFind(): Promise<void> {
  const api = apiOf(service)
  const request = { repo_path: join(folder.path, 'hello-world'), ai_provider: 'claude', ai_model: 'stand-in' }
  const { generation_id } = (await api.post('/api/generate', request)).json
  await api.settled(generation_id)
  await api.post('/api/admin/users', { username: 'alice' })
  await api.post('/api/admin/projects/hello-world/access', { username: 'alice', owner: 'admin' })
}

async function run(): Promise<number> {
  const config = join(root, 'test/fuzz/schemathesis.toml')
  const target = ['run', `${service.url}/api/openapi.json`, '-H', `Authorization: Bearer ${service.adminKey}`]
  const args = ['-m', 'schemathesis.cli', '--config-file', config, ...target, ...options, ...process.argv.slice(2)]
  const env = { ...process.env, PYTHONPATH: installed }
  const [code] = await once(spawn('python3', args, { stdio: 'inherit', cwd: folder.path, env }), 'exit')
  return code ?? 1
}
