import { existsSync } from 'node:fs'
import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { filesWith } from '../support/files-with.ts'
import { guardedBy } from '../support/forges.ts'
import { type GitServer, serveGit } from '../support/git-http.ts'
import { makeCertificate, type OddServer, serveOddly } from '../support/odd-server.ts'
import { type ListedProcess, listProcesses } from '../support/process-list.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { type SampleService, startSampleService } from '../support/sample-service.ts'
import type { Call } from '../support/scripted-cli.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'
import { makeSshKey, type SshKeyPair, type SshServer, startSshServer } from '../support/ssh-server.ts'
import { waitFor } from '../support/wait.ts'

const TOKEN = 'github_pat_11AAAAAAA0123456789abcdef'
const HOST = '127.0.0.1'
/** The CLI's own user, where the tests may start one. */
const NOBODY = 65_534
const hasUsers = process.getuid?.() === 0

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let behind: GitServer
let forge: OddServer
let ssh: SshServer
let key: SshKeyPair
let sample: SampleService
let env: Record<string, string>
/** All processes, as they are while git waits for the answer to a request with the token. */
let whileAsked: ListedProcess[] = []

beforeAll(async () => {
  folder = await temporaryFolder('private')
  const root = join(folder.path, 'repositories')
  await makeRepository(join(root, 'adder'), sampleFiles)
  for (const name of ['group/web.git', 'group/shell.git']) await gitIn(root, 'clone', '-q', '--bare', 'adder', name)
  behind = await serveGit(root)
  const certificate = await makeCertificate(folder.path)
  const guarded = guardedBy('github', [{ token: TOKEN, reads: ['/group/web'] }])
  const answer: typeof guarded = (request, response) => {
    if (request.headers.authorization) whileAsked = listProcesses()
    return guarded(request, response)
  }
  forge = await serveOddly(behind.url, answer, certificate)
  key = makeSshKey(folder.path, 'key')
  ssh = await startSshServer(folder.path, { root, keys: [[key.publicKey, ['group/shell.git']]] })
  env = {
    ...{ LOG_LEVEL: 'debug', ALLOWED_PRIVATE_HOSTS: HOST, GIT_SSL_CAINFO: certificate.path },
    ...{ GIT_TOKENS: `${forge.host}=${TOKEN}`, GIT_SSH_KEY: key.secret, GIT_SSH_KNOWN_HOSTS: ssh.knownAs(HOST) },
    ...(hasUsers ? { AI_CLI_UID: String(NOBODY), AI_CLI_GID: String(NOBODY) } : {}),
  }
  sample = await startSampleService({ slugs: ['one'], otherPages: 'wait-for-go' }, env)
  // The scripted CLI lies there, and notes its calls.
  await chmod(sample.folder, 0o777)
})

afterAll(async () => {
  await sample?.[Symbol.asyncDispose]()
  await ssh?.[Symbol.asyncDispose]()
  await forge?.[Symbol.asyncDispose]()
  await behind?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

/** As they are, as basic authentication writes them, and line by line. */
const secrets = (): string[] => [
  TOKEN,
  Buffer.from(`oauth2:${TOKEN}`).toString('base64'),
  ...key.secret.split('\n').filter((line) => /^[A-Za-z\d+/=]{20,}$/.test(line)),
]

const showsSecret = (text: string): boolean => secrets().some((secret) => text.includes(secret))

/** No command line has a secret, and no environment but those of the service, its runner and git. */
function expectHidden(processes: ListedProcess[]): void {
  expect(processes.filter(({ commandLine }) => showsSecret(commandLine))).toEqual([])
  const others = processes.filter(({ uid, environment }) => uid !== process.getuid?.() && showsSecret(environment))
  expect(others).toEqual([])
}

const isPage = ({ what }: Call) => what === 'one'

test('private repositories are documented over https and SSH, and their credentials are nowhere but with git', async () => {
  const { api, cli, service } = sample
  const request = (repo_url: string) => ({ repo_url, ai_model: 'm' })

  const web = (await api.post('/api/generate', request(`${forge.url}/group/web`))).json
  await cli.untilCalls('the page of the first site to be asked for', (calls) => calls.some(isPage))
  expect(whileAsked.some(({ commandLine }) => /git-remote-https?/.test(commandLine))).toBe(true)
  expectHidden(whileAsked)
  expectHidden(listProcesses())
  const [call] = (await cli.calls()).filter(isPage)
  const ofTheCli = listProcesses().filter(({ pid }) => pid === call?.pid)
  expect(ofTheCli).toHaveLength(1)
  expect(ofTheCli.filter(({ environment }) => showsSecret(environment))).toEqual([])
  await cli.go()
  expect(await api.settled(web.generation_id)).toMatchObject({ status: 'ready', error_message: null })

  const release = await holdSsh()
  const shell = (await api.post('/api/generate', request(`git@${HOST}:group/shell.git`))).json
  await sshHeld()
  const whileHeld = listProcesses()
  expect(whileHeld.some(({ commandLine }) => commandLine.startsWith('ssh -F none'))).toBe(true)
  expectHidden(whileHeld)
  await release()
  expect(await api.settled(shell.generation_id)).toMatchObject({ status: 'ready', error_message: null })

  for (const name of ['web', 'shell']) {
    const address = `/api/projects/${name}/claude/m`
    const shown = [
      JSON.stringify((await api.get(address)).json),
      (await api.get(`${address}/log`)).text,
      (await api.get(`/docs/${name}/claude/m/one.html`)).text,
      await archiveOf(`${address}/download`),
    ]
    for (const text of shown) expect(showsSecret(text)).toBe(false)
  }
  expect((await api.get('/docs/shell/claude/m/one.html')).text).toContain(`https://${HOST}/group/shell`)
  expect(showsSecret(service.output())).toBe(false)
  expect(await filesWith(service.dataDir, secrets())).toEqual([])
})

const inRepositories = (name: string): string => join(folder.path, 'repositories', name)

/** Makes the SSH server hold its answers, until what this gives is called. */
async function holdSsh(): Promise<() => Promise<void>> {
  await rm(inRepositories('.held'), { force: true })
  await writeFile(inRepositories('.hold'), '')
  return async () => await rm(inRepositories('.hold'))
}

const sshHeld = async (): Promise<boolean> =>
  await waitFor('the SSH server to be asked', () => existsSync(inRepositories('.held')))

/** The archive's bytes as text. */
async function archiveOf(path: string): Promise<string> {
  const { url, adminKey } = sample.service
  const response = await fetch(url + path, { headers: { Authorization: `Bearer ${adminKey}` } })
  return gunzipSync(await response.arrayBuffer()).toString('latin1')
}

test('an owner without the right cannot tell a private repository from a missing one, over https or SSH', async () => {
  const { api, service } = sample
  const ann = (await api.post('/api/admin/users', { username: 'ann', role: 'user' })).json
  const asAnn = apiOf({ url: service.url, adminKey: ann.api_key })
  /** Everything that ann and the servers see, with the repository's name taken out. */
  const seen = async (repo_url: string, name: string) => {
    forge.requests.length = 0
    const logBefore = ssh.log()
    const asked = await asAnn.post('/api/generate', { repo_url, ai_model: 'm' })
    const ended = await asAnn.settled(asked.json.generation_id)
    // The log is stored right after the record has ended.
    const readLog = async () => (await asAnn.get(`/api/projects/${name}/claude/m/log`)).text
    const log = await waitFor(`the log of ${name} to have its last line`, readLog, (text) => text.includes(' error '))
    const facts = {
      ...{ status: asked.status, requests: forge.requests, connected: ssh.log() !== logBefore },
      ...{ ended, log: log.replaceAll(/\S*\d\d:\d\d:\d\d\S*/g, '<time>') },
    }
    const { generation_id, created_at, updated_at, generation_started_at, queued_at, started_at, ...stable } = ended
    return JSON.stringify({ ...facts, ended: stable })
      .replaceAll(name, '<name>')
      .replaceAll(generation_id, '<id>')
  }
  const web = await seen(`${forge.url}/group/web`, 'web')
  expect(web).toBe(await seen(`${forge.url}/group/nil`, 'nil'))
  expect(web).toContain(
    "was not found, or it is private. Check the address; for a private repository, ask docsfy's operator",
  )
  expect(web).toContain('"requests":["GET /group/<name>/info/refs?service=git-upload-pack"]')
  const shell = await seen(`git@${HOST}:group/shell.git`, 'shell')
  expect(shell).toBe(await seen(`git@${HOST}:group/absent.git`, 'absent'))
  expect(shell).toContain(`needs an SSH key, and docsfy has none for you. Use https://${HOST}/group/<name>.git`)
  expect(shell).toContain('"connected":false')
})

test('every admin may use the credentials', async () => {
  const { api, service } = sample
  const root = (await api.post('/api/admin/users', { username: 'root', role: 'admin' })).json
  const asRoot = apiOf({ url: service.url, adminKey: root.api_key })
  const asked = (await asRoot.post('/api/generate', { repo_url: `${forge.url}/group/web`, ai_model: 'm' })).json
  expect(await asRoot.settled(asked.generation_id)).toMatchObject({ status: 'ready', owner: 'root' })
})

test('a right that is withdrawn while a task runs is gone with the next attempt, and a killed task leaves no key behind', async () => {
  const dataDir = join(folder.path, 'restarted')
  const settings = { ...env, AI_CLI_CLAUDE: sample.cli.path, ANTHROPIC_API_KEY: 'test-key' }
  const release = await holdSsh()
  const first = await startServiceProcess(dataDir, settings)
  const request = { repo_url: `git@${HOST}:group/shell.git`, ai_model: 'm' }
  const { generation_id } = (await apiOf(first).post('/api/generate', request)).json
  await sshHeld()
  await first.kill()
  expect(await filesWith(dataDir, secrets())).toEqual([expect.stringMatching(/\/ssh-\w+\/key$/)])
  const second = await startServiceProcess(dataDir, { ...settings, GIT_CREDENTIALS_FOR: 'ann' })
  try {
    const ended = await apiOf(second).settled(generation_id)
    expect(ended).toMatchObject({ status: 'error', attempt: 2 })
    expect(ended.error_message).toContain('needs an SSH key, and docsfy has none for you.')
    expect(await filesWith(dataDir, secrets())).toEqual([])
  } finally {
    await release()
    await second.stop()
  }
})
