import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, readlink } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { endpointList } from '../../api/endpoints.ts'
import { startStores } from '../../infra/local/stores.ts'
import { askEndpoint } from '../support/endpoint-requests.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { type SampleService, startSampleService } from '../support/sample-service.ts'
import { root, temporaryFolder } from '../support/service-process.ts'
import { runnerOf, runningTasks } from '../support/tasks.ts'
import { signedBy } from '../support/test-stores.ts'

const run = promisify(execFile)
const NOBODY = 65_534
const asNobody = { uid: NOBODY, gid: NOBODY }
const onLinuxAsRoot = test.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')

onLinuxAsRoot(
  "another user of the machine gets no answer from the service's endpoints, and learns no secret",
  async () => {
    // Set for other programs: neither may lead past the service's own endpoints.
    const others = { AWS_PROFILE: 'somebody', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true', LOG_LEVEL: 'debug' }
    await using sample = await startSampleService({ slugs: ['one'], otherPages: 'wait-for-go' }, others)
    const { api, service } = sample
    const { generation_id } = (await api.post('/api/generate', { repo_path: sample.repository })).json
    const runner = await runnerOf(service.dataDir, (await inPages(sample, generation_id)).generation_id)
    const env = await environmentOf(runner)
    const endpoints = [
      new URL(env.AWS_ENDPOINT_URL_DYNAMODB ?? ''),
      new URL(env.AWS_ENDPOINT_URL_S3 ?? ''),
      new URL(env.ECS_CONTAINER_METADATA_URI_V4 ?? ''),
    ].map(({ origin }) => origin)
    expect(new Set(endpoints).size).toBe(3)

    const program = `${root}test/support/ask-endpoints.ts`
    const { stdout } = await run(process.execPath, [program, ...endpoints], { ...asNobody, env: {} })
    expect(Object.keys(JSON.parse(stdout)).toSorted()).toEqual(endpoints.map((url) => `${url} 403`).toSorted())
    await expect(run('cat', [`/proc/${runner}/environ`], asNobody)).rejects.toThrow('Permission denied')
    await expect(run('cat', [`/proc/${service.pid}/environ`], asNobody)).rejects.toThrow('Permission denied')

    // The runner has the keys of what it works with, and no others; its CLI has none.
    const names = (of: Record<string, string>) => Object.keys(of).filter((name) => name.startsWith('AWS_CREDENTIALS_'))
    expect(names(env).toSorted()).toEqual(['AWS_CREDENTIALS_DYNAMODB', 'AWS_CREDENTIALS_S3'])
    const [cli] = (await sample.cli.calls()).filter(({ what }) => what === 'one')
    expect(Object.keys(await environmentOf(cli?.pid ?? 0)).filter((name) => name.startsWith('AWS_'))).toEqual([])

    const secrets = names(env).flatMap((name) => env[name]?.split(':') ?? [])
    expect(secrets).toHaveLength(4)
    const visible = [service.output(), (await run('ps', ['-A', '-ww', '-o', 'args='])).stdout]
    for (const file of await filesBelow(service.dataDir)) visible.push(await readFile(file, 'latin1').catch(() => ''))
    expect(secrets.filter((secret) => visible.some((text) => text.includes(secret)))).toEqual([])

    await sample.cli.go()
    expect(await api.settled(generation_id)).toMatchObject({ status: 'ready' })
  },
)

test('without the key of this start nobody can forge a session or start code', async () => {
  await using sample = await startSampleService({ slugs: ['one'], otherPages: 'hang' })
  const { api, service } = sample
  const { generation_id } = (await api.post('/api/generate', { repo_path: sample.repository })).json
  await inPages(sample, generation_id)
  const dynamodb = /DynamoDB is at (http:[\d.:/]+)/.exec(service.output())?.[1] ?? ''
  const token = randomBytes(32).toString('base64url')
  const key = { S: `SESSION#${createHash('sha256').update(token).digest('hex')}` }
  const Item = { pk: key, sk: key, username: { S: 'admin' }, keyId: { S: 'any' }, expiresAt: { N: '9999999999' } }
  const put = {
    what: 'PutItem',
    method: 'POST',
    path: '/',
    headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem', 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ TableName: 'docsfy', Item }),
  }
  for (const accessKeyId of ['local', 'AKIAIOSFODNN7EXAMPLE', service.adminKey]) {
    const reply = await askEndpoint(dynamodb, put, { authorization: signedBy({ accessKeyId }) })
    expect(reply).toMatchObject({
      status: 403,
      text: expect.stringContaining('This endpoint accepts only requests from docsfy itself.'),
    })
  }
  const environment = [{ name: 'NODE_OPTIONS', value: '--import data:text/javascript,process.exit(7)' }]
  const overrides = { containerOverrides: [{ name: 'runner', environment }] }
  const runTask = {
    what: 'RunTask',
    method: 'POST',
    path: '/',
    headers: {
      'x-amz-target': 'AmazonEC2ContainerServiceV20141113.RunTask',
      'content-type': 'application/x-amz-json-1.1',
    },
    body: JSON.stringify({ cluster: 'docsfy', taskDefinition: 'docsfy-runner', overrides }),
  }
  const before = await runningTasks(service.dataDir)
  // Its address is told to nobody: every server of the service is asked.
  const servers = await loopbackServers(service)
  if (process.platform === 'linux') expect(servers).toHaveLength(4)
  for (const url of servers) {
    const { status } = await askEndpoint(url, runTask, { authorization: signedBy({ accessKeyId: 'local' }) })
    expect([401, 403, 404, 405]).toContain(status)
  }
  expect(await runningTasks(service.dataDir)).toEqual(before)
  const cookie = { Cookie: `docsfy_session=${token}`, Authorization: '' }
  expect((await api.get('/api/auth/me', cookie)).status).toBe(401)
})

test('a page whose host name was rebound to the service’s address is anonymous there', async () => {
  await using sample = await startSampleService({ slugs: ['one'] })
  const { url } = sample.service
  const headers = { host: `rebound.example:${new URL(url).port}`, origin: 'http://rebound.example' }
  for (const { method, paths, who } of endpointList.filter((endpoint) => endpoint.who !== 'public')) {
    const path = paths[0].replaceAll(/\{provider\}/g, 'claude').replaceAll(/\{[^}]+\}/g, 'x')
    const reply = await askEndpoint(url, { what: path, method, path, headers: {}, body: '' }, headers)
    // The dashboard leads to the login page.
    expect({ path, who, status: reply.status }).toEqual({ path, who, status: path === '/' ? 302 : 401 })
    expect(reply.headers['access-control-allow-origin']).toBeUndefined()
  }
})

test("the operator's credentials go to the operator's servers alone, and open none of ours", async () => {
  const theirs = { accessKeyId: 'THEIRS', secretAccessKey: 'their-secret', sessionToken: 'their-token' }
  await using folder = await temporaryFolder('theirs')
  const stores = await startStores({ dataDir: folder.path, host: '127.0.0.1', credentials: theirs })
  await using s3 = await startFaultProxy()
  s3.use(stores.s3Url)
  const seen: IncomingHttpHeaders[] = []
  await s3.break('fail', ({ headers }) => seen.push(headers) < 0)
  try {
    const env = {
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ACCESS_KEY_ID: theirs.accessKeyId,
      AWS_SECRET_ACCESS_KEY: theirs.secretAccessKey,
      AWS_SESSION_TOKEN: theirs.sessionToken,
    }
    await using sample = await startSampleService({ slugs: ['one'] }, env)
    const { api, service } = sample
    const { generation_id } = (await api.post('/api/generate', { repo_path: sample.repository })).json
    expect(await api.settled(generation_id)).toMatchObject({ status: 'ready' })
    expect(seen.length).toBeGreaterThan(3)
    for (const headers of seen) {
      expect(headers.authorization).toContain('Credential=THEIRS/')
      expect(headers['x-amz-security-token']).toBe('their-token')
    }
    const dynamodb = /DynamoDB is at (http:[\d.:/]+)/.exec(service.output())?.[1] ?? ''
    const list = { what: 'ListTables', method: 'POST', path: '/', body: '{}' }
    const headers = { 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-type': 'application/x-amz-json-1.0' }
    expect((await askEndpoint(dynamodb, { ...list, headers }, { authorization: signedBy(theirs) })).status).toBe(403)
  } finally {
    await stores.close()
  }
})

/** All that the service listens on, by Linux's list of sockets; elsewhere what it tells itself. */
async function loopbackServers(service: SampleService['service']): Promise<string[]> {
  const told = [...service.output().matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([url]) => url)
  if (process.platform !== 'linux') return told
  const links = await Promise.all(
    (await readdir(`/proc/${service.pid}/fd`)).map((fd) => readlink(`/proc/${service.pid}/fd/${fd}`).catch(() => '')),
  )
  const LISTENING = '0A'
  const sockets = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/))
  const own = sockets.filter(
    ([, , , state, , , , , , inode]) => state === LISTENING && links.includes(`socket:[${inode}]`),
  )
  const ports = own.map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16))
  return [...new Set([...told, ...ports.map((port) => `http://127.0.0.1:${port}`)])]
}

async function inPages({ api, cli }: SampleService, generationId: string) {
  const variant = await api.until(generationId, { current_stage: 'generating_pages' })
  await cli.untilCalls('the page to be asked for', (calls) => calls.some(({ what }) => what === 'one'))
  return variant
}

async function environmentOf(pid: number): Promise<Record<string, string>> {
  const entries = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(Boolean)
  return Object.fromEntries(entries.map((entry) => [entry.split('=')[0], entry.slice(entry.indexOf('=') + 1)]))
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}
