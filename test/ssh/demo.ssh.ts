import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outputOf } from '../support/child-output.ts'
import { startDemo } from '../support/demo-process.ts'
import { filesWith } from '../support/files-with.ts'
import { guardedBy } from '../support/forges.ts'
import { type GitServer, serveGit } from '../support/git-http.ts'
import { makeCertificate, type OddServer, serveOddly } from '../support/odd-server.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { makeSshKey, type SshKeyPair, type SshServer, startSshServer } from '../support/ssh-server.ts'
import { waitFor } from '../support/wait.ts'

const PASSWORD = 'a password, with = and : in it'
const HOST = '127.0.0.1'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let behind: GitServer
let forge: OddServer
let ssh: SshServer
let key: SshKeyPair
let env: Record<string, string>

beforeAll(async () => {
  folder = await temporaryFolder('own-access')
  const root = join(folder.path, 'repositories')
  await makeRepository(join(root, 'adder'), sampleFiles)
  await gitIn(root, 'clone', '-q', '--bare', 'adder', 'group/ours.git')
  behind = await serveGit(root)
  const certificate = await makeCertificate(folder.path)
  const answer = guardedBy('github', [{ user: 'ann', token: PASSWORD, reads: ['/group/ours'] }])
  forge = await serveOddly(behind.url, answer, certificate)
  key = makeSshKey(folder.path, 'key')
  ssh = await startSshServer(folder.path, { root, keys: [[key.publicKey, ['group/ours.git']]] })
  const home = join(folder.path, 'home')
  await mkdir(join(home, '.ssh'), { recursive: true })
  await writeFile(join(home, '.ssh/known_hosts'), `${ssh.knownAs(HOST)}\n`)
  const login = `username=ann\npassword=${PASSWORD}`
  await writeFile(join(home, 'login'), `protocol=https\nhost=${forge.host}\n${login}\n`)
  await writeFile(join(home, '.gitconfig'), `[credential "${forge.url}"]\n\thelper = "!cat '${home}/login' #"\n`)
  env = { HOME: home, ALLOWED_PRIVATE_HOSTS: HOST, GIT_SSL_CAINFO: certificate.path }
})

afterAll(async () => {
  await ssh?.[Symbol.asyncDispose]()
  await forge?.[Symbol.asyncDispose]()
  await behind?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

const dataDir = (name: string) => join(folder.path, name)

test("with --private the demo uses what git's credential helper has, says so, and stores none of it", async () => {
  const address = `${forge.url}/group/ours.git`
  await using without = startDemo(dataDir('https'), [address, '--once'], env)
  expect(await without.ended()).toBe(1)
  expect(without.output()).toContain(`'${address}' was not found, or it is private.`)
  expect(without.output()).toContain('If the repository is private and you have access to it, add --private.\n')

  await using demo = startDemo(dataDir('https'), [address, '--once', '--private'], env)
  expect(await demo.ended()).toBe(0)
  expect(demo.output()).toContain(
    `--private: git's credential helper gives your own access to ${forge.host}, as 'ann'. Only git gets it, and it is not stored.\n`,
  )
  expect(demo.output()).toMatch(/ready: \d+ pages\n/)
  const secrets = [PASSWORD, Buffer.from(`ann:${PASSWORD}`).toString('base64')]
  expect(await filesWith(dataDir('https'), secrets)).toEqual([])
})

test('with --private the demo uses the keys of the ssh-agent and the known hosts', async () => {
  const socket = join(folder.path, 'agent')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = outputOf('ssh-agent', agent)
  try {
    await waitFor('the socket of ssh-agent', () => existsSync(socket))
    execFileSync('ssh-add', ['-q', key.path], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
    const args = [`git@${HOST}:group/ours.git`, '--once', '--private']
    await using demo = startDemo(dataDir('ssh'), args, { ...env, SSH_AUTH_SOCK: socket })
    expect(await demo.ended()).toBe(0)
    expect(demo.output()).toContain(`--private: your ssh-agent gives your own access to ${HOST}. Only git gets it.\n`)
    expect(demo.output()).toMatch(/ready: \d+ pages\n/)
  } finally {
    await output.end('SIGTERM')
  }
})

test.each([
  [['https://git.example.com/group/ours', '--private'], "git's credential helper has nothing for git.example.com."],
  [[`git@${HOST}:group/ours`, '--private'], 'No ssh-agent is running (SSH_AUTH_SOCK is not set).'],
  [['http://git.example.com/group/ours', '--private'], '--private needs an address that begins with https:// or git@.'],
  [['.', '--private'], '--private needs the URL of a repository. A folder needs no access.'],
])('%j: it says what is missing', async (args, message) => {
  await using demo = startDemo(dataDir('none'), args, env)
  expect(await demo.ended()).toBe(1)
  expect(demo.output()).toContain(message)
})
