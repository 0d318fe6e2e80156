import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneWith } from '../support/clone.ts'
import { filesWith } from '../support/files-with.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { makeSshKey, type SshKeyPair, type SshServer, startSshServer } from '../support/ssh-server.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let server: SshServer
let key: SshKeyPair
let clones = 0

beforeAll(async () => {
  folder = await temporaryFolder('ssh')
  const root = join(folder.path, 'repositories')
  await makeRepository(join(root, 'adder'), sampleFiles)
  for (const name of ['group/ours.git', 'group/theirs.git']) await gitIn(root, 'clone', '-q', '--bare', 'adder', name)
  key = makeSshKey(folder.path, 'key')
  server = await startSshServer(folder.path, { root, keys: [[key.publicKey, ['group/ours.git', 'group/ours']]] })
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

const HOST = '127.0.0.1'

/** Clones with the key and the server's host key, unless told otherwise. */
const ask = async (path: string, settings: Record<string, string> = {}, mayUseCredentials = true) => {
  const known = { GIT_SSH_KEY: key.secret, GIT_SSH_KNOWN_HOSTS: server.knownAs(HOST) }
  const place = join(folder.path, `clone ${++clones} 'quoted' 100%`)
  const cloned = cloneWith({ ...known, ...settings }, place, `git@${HOST}:${path}`, {
    ...{ mayUseCredentials, allowedPrivateHosts: [HOST] },
  })
  return await cloned.finally(async () => {
    const left = await readdir(place)
    expect(left.filter((name) => name.startsWith('ssh-'))).toEqual([])
    const secretLines = key.secret.split('\n').filter((line) => /^[A-Za-z\d+/=]{20,}$/.test(line))
    expect(await filesWith(place, secretLines)).toEqual([])
  })
}

test('a private repository is cloned over SSH', async () => {
  const { path, ref } = await ask('group/ours.git')
  expect(ref).toBe('main')
  expect(await readFile(join(path, 'package.json'), 'utf8')).toBe(sampleFiles['package.json'])
  expect(server.log()).toMatch(/Accepted publickey for git /)
})

test('the key may come on one line', async () => {
  expect((await ask('group/ours.git', { GIT_SSH_KEY: key.secret.replaceAll('\n', '\\n') })).ref).toBe('main')
})

describe('a refusal says what to do', () => {
  test('no key, or no right to use it', async () => {
    const message = `'git@${HOST}:group/ours.git' needs an SSH key, and docsfy has none for you. Use https://${HOST}/group/ours.git`
    const before = server.log()
    await expect(ask('group/ours.git', { GIT_SSH_KEY: '' })).rejects.toThrow(message)
    await expect(ask('group/ours.git', {}, false)).rejects.toThrow(message)
    expect(server.log()).toBe(before)
  })

  test('an unknown host', async () => {
    for (const GIT_SSH_KNOWN_HOSTS of ['', server.knownAs('git.example.com')]) {
      // Without an entry of its own, the server would be asked on port 22.
      const port = `[${HOST}]:${server.port} ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQC7`
      await expect(ask('group/ours.git', { GIT_SSH_KNOWN_HOSTS: `${port}\n${GIT_SSH_KNOWN_HOSTS}` })).rejects.toThrow(
        `GIT_SSH_KNOWN_HOSTS has no host key for '${HOST}', so docsfy cannot tell whether it is the right server. docsfy's operator has to add it.`,
      )
    }
  })

  test('a changed host key', async () => {
    const other = makeSshKey(folder.path, 'other-host')
    const known = server.knownAs(HOST).replace(/ssh-ed25519 .*/, other.publicKey)
    await expect(ask('group/ours.git', { GIT_SSH_KNOWN_HOSTS: known })).rejects.toThrow(
      `'${HOST}' has another host key than GIT_SSH_KNOWN_HOSTS says, so it may be another server; docsfy sent it nothing. If the server's operator confirms the new key, docsfy's operator has to put it there.`,
    )
  })

  test('a key that the server does not know, and one that is none', async () => {
    const stranger = makeSshKey(folder.path, 'stranger')
    await expect(ask('group/ours.git', { GIT_SSH_KEY: stranger.secret })).rejects.toThrow(
      `'${HOST}' rejected docsfy's SSH key. docsfy's operator has to add its public half there, as a deploy key for instance.`,
    )
    await expect(ask('group/ours.git', { GIT_SSH_KEY: 'nonsense' })).rejects.toThrow(
      'GIT_SSH_KEY is not a private key that ssh can read.',
    )
    const closed = makeSshKey(folder.path, 'closed', 'a passphrase')
    await expect(ask('group/ours.git', { GIT_SSH_KEY: closed.secret })).rejects.toThrow('GIT_SSH_KEY has a passphrase')
  })

  test.each(['group/theirs.git', 'group/missing.git'])('a repository that the key may not read: %s', async (path) => {
    await expect(ask(path)).rejects.toThrow(
      `docsfy's SSH key gives no access to 'git@${HOST}:${path}', or the repository does not exist. Check the address, or let the key read the repository. The server says: Repository not found.`,
    )
  })

  test('a server that cannot be reached, and a machine without ssh', async () => {
    const known = server.knownAs(HOST).replace(/:\d+ /, ':1 ')
    await expect(ask('group/ours.git', { GIT_SSH_KNOWN_HOSTS: known })).rejects.toThrow(
      `The server of 'git@${HOST}:group/ours.git' could not be reached. Try again later.`,
    )
  })
})
