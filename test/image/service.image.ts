import { spawn } from 'node:child_process'
import { chownSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { parse } from 'yaml'
import { pageOf, planOf } from '../clis/real-service.ts'
import { apiOf } from '../support/api.ts'
import { outputOf } from '../support/child-output.ts'
import { fakeAnthropic } from '../support/fake-anthropic.ts'
import { type GitServer, serveGit } from '../support/git-http.ts'
import type { FakeModel } from '../support/model-script.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { root, temporaryFolder } from '../support/service-process.ts'
import { type ComposeService, composeContainer, containerRuntime } from './container.ts'

const { image } = inject('images').service
const compose: ComposeService = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')).services.docsfy

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let git: GitServer
let model: FakeModel
/** Stands for the named volume. */
let data: string

beforeAll(async () => {
  folder = await temporaryFolder('service-image')
  await makeRepository(join(folder.path, 'group', 'adder'), sampleFiles)
  git = await serveGit(folder.path)
  model = await fakeAnthropic(({ task }) => (task.kind === 'plan' ? planOf(['one']) : pageOf('one')))
  mkdirSync(join(folder.path, 'root'))
  data = makeVolume('/data')
})

afterAll(async () => {
  await model?.[Symbol.asyncDispose]()
  await git?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

test('the image holds what the service runs, for a user who can change none of it', async () => {
  expect(await ask('id', '--user', '--name')).toBe('node')
  expect(await ask('ls', '/app')).toBe(
    'api\nfunctions\ninfra\nnode_modules\npackage.json\nrunner\nshared\nstand-in\nweb',
  )
  expect(await ask('ls', '/app/infra')).toBe('local')
  expect(await ask('ls', '/app/web/dist')).toBe('assets\nindex.html')
  const packages = (await ask('ls', '/app/node_modules')).split('\n')
  for (const name of ['aws-cdk-lib', 'vitest', 'esbuild', 'node']) expect(packages).not.toContain(name)
  const writes = '[ -w /app ] || [ -w / ] || [ -w /usr ] || [ -w /opt/clis ] || echo none'
  expect(await ask('sh', '-c', writes)).toBe('none')
  expect(await ask('sh', '-c', 'find / -xdev -type f -perm /6000 2>/dev/null || true')).toBe('')
})

test('the service documents a repository, without a model and with claude, and keeps everything over a restart', async () => {
  const first = await start()
  expect(await first.isHealthy()).toBe(true)
  const Cookie = await first.logIn()
  const generate = async (service: typeof first, ai_model: string) => {
    const { json } = await service.api.post('/api/generate', { repo_url: `${git.url}/group/adder`, ai_model })
    return await service.api.settled(json.generation_id)
  }
  expect(await generate(first, 'stand-in'), first.output()).toMatchObject({ status: 'ready', error_message: null })
  const site = '/docs/adder/claude/stand-in/'
  const page = await (await fetch(first.url + site, { headers: { Cookie } })).text()
  expect(page).toContain('<h1')
  expect(await first.stop()).toBe(0)
  expect(await first.isHealthy()).toBe(false)

  const second = await start({ ANTHROPIC_API_KEY: 'the-key-of-nobody', ANTHROPIC_BASE_URL: model.url })
  expect(second.adminKey).toBe(first.adminKey)
  expect(await (await fetch(second.url + site, { headers: { Cookie } })).text()).toBe(page)
  expect(await generate(second, 'opus'), second.output()).toMatchObject({ status: 'ready', page_count: 1 })
  expect(await second.stop()).toBe(0)
})

/** The image's command, as Docker Compose runs it, on a free port. */
async function start(env: Record<string, string> = {}) {
  const child = spawnIn(image.command, { ALLOWED_PRIVATE_HOSTS: git.host, ...env, PORT: '0' })
  const output = outputOf('the service', child)
  const url = await output.said(/docsfy runs at (\S+)/)
  const adminKey = readFileSync(join(data, 'admin-key'), 'utf8').trim()
  return {
    url,
    adminKey,
    api: apiOf({ url, adminKey }),
    output: output.text,
    stop: () => output.end('SIGTERM'),
    async logIn(): Promise<string> {
      const body = JSON.stringify({ username: 'admin', api_key: adminKey })
      const reply = await fetch(`${url}/api/auth/login`, { method: 'POST', body })
      return reply.headers.get('set-cookie')?.split(';')[0] ?? ''
    },
    async isHealthy(): Promise<boolean> {
      const check = spawnIn(image.healthcheck, { PORT: new URL(url).port })
      return (await outputOf('the health check', check).ended()) === 0
    },
  }
}

function spawnIn(command: string[], env: Record<string, string> = {}) {
  const [program, ...args] = inContainer(...command)
  return spawn(program, args, {
    env: { ...image.env, ...compose.environment, HOME: '/home/node', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function ask(...command: string[]): Promise<string> {
  const [program, ...args] = inContainer(...command)
  return (await execa(program, args, { extendEnv: false, env: image.env })).stdout
}

function inContainer(...command: string[]): [string, ...string[]] {
  return [...containerRuntime(folder.path, image, composeContainer(compose, image, { data })), ...command]
}

/** A new volume, which inherits the owner and mode of the image's folder. */
function makeVolume(path: string): string {
  const { uid, gid, mode } = statSync(join(image.layers[0] ?? '', path))
  const volume = join(folder.path, 'volume')
  mkdirSync(volume, { mode })
  chownSync(volume, uid, gid)
  return volume
}
