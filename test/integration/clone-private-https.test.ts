import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../runner/stages/connect.ts'
import { GitTokens, secretsOfTokens } from '../../shared/git-tokens.ts'
import { createMask } from '../../shared/mask.ts'
import { cloneWith } from '../support/clone.ts'
import { filesWith } from '../support/files-with.ts'
import { type ForgeName, type ForgeToken, guardedBy } from '../support/forges.ts'
import { type GitServer, serveGit } from '../support/git-http.ts'
import { type Certificate, makeCertificate, redirecting, serveOddly } from '../support/odd-server.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let behind: GitServer
let certificate: Certificate
let clones = 0

beforeAll(async () => {
  folder = await temporaryFolder('forges')
  await makeRepository(join(folder.path, 'adder'), sampleFiles)
  for (const name of ['group/ours.git', 'group/theirs.git', 'My Project/_git/ours.git'])
    await gitIn(folder.path, 'clone', '-q', '--bare', 'adder', name)
  behind = await serveGit(folder.path)
  certificate = await makeCertificate(folder.path)
})

afterAll(async () => {
  await behind?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

/** A forge whose repositories are all private. */
async function startForge(name: ForgeName, tokens: ForgeToken[]) {
  const shown: string[] = []
  const server = await serveOddly(behind.url, guardedBy(name, tokens, shown), certificate)
  /** Clones with GIT_TOKENS. */
  const ask = async (path: string, list: string, mayUseCredentials = true) => {
    const tokens = GitTokens.parse(list)
    return await cloneWith({ GIT_TOKENS: list }, join(folder.path, `clone-${++clones}`), `${server.url}${path}`, {
      ...{ mayUseCredentials, allowedPrivateHosts: ['127.0.0.1'], caFile: certificate.path },
      mask: createMask(secretsOfTokens(tokens)),
    })
  }
  return { ...server, shown, ask }
}

const TOKEN = 'a-token-0123456789abcdef'
const ours: ForgeToken = { token: TOKEN, reads: ['/group/ours'] }

describe('a private repository is cloned over https', () => {
  test.each<[ForgeName, ForgeToken, path: string, setting: string]>([
    ['github', { ...ours, token: 'github_pat_11AAAAAAA0123456789' }, '/group/ours', 'github_pat_11AAAAAAA0123456789'],
    ['gitlab', { ...ours, token: 'glpat-0123456789abcdef' }, '/group/ours.git', 'glpat-0123456789abcdef'],
    [
      'gitlab',
      { ...ours, user: 'gitlab+deploy-token-7', token: 'gldt-0123456789abcdef' },
      '/group/ours.git',
      'gitlab+deploy-token-7:gldt-0123456789abcdef',
    ],
    [
      'bitbucket',
      { ...ours, user: 'x-token-auth', token: 'ATCTT3xFfGN0123456789=0A1B2C3D' },
      '/group/ours',
      'x-token-auth:ATCTT3xFfGN0123456789=0A1B2C3D',
    ],
    ['azure', { token: TOKEN, reads: ['/My Project/_git/ours'] }, '/My%20Project/_git/ours', TOKEN],
    ['gitea', ours, '/group/ours.git', TOKEN],
  ])('from a server that asks as %s does', async (name, token, path, setting) => {
    await using forge = await startForge(name, [token])
    const { path: clone, ref } = await forge.ask(path, `${forge.host}=${setting}`)
    expect(ref).toBe('main')
    expect(await readFile(join(clone, 'package.json'), 'utf8')).toBe(sampleFiles['package.json'])
    // Only after the server has asked.
    expect(forge.shown[0]).toBe('')
    const user = token.user ?? 'oauth2'
    expect(new Set(forge.shown)).toEqual(new Set(['', `${user}:${token.token}`]))
    const secrets = [token.token, Buffer.from(`${user}:${token.token}`).toString('base64')]
    expect(await filesWith(join(clone, '..'), secrets)).toEqual([])
  })
})

test('a public repository is cloned without the token, whatever has become of that', async () => {
  const shown: string[] = []
  await using server = await serveOddly(
    behind.url,
    ({ headers }) => {
      shown.push(headers.authorization ?? '')
      return 'behind'
    },
    certificate,
  )
  await cloneWith(
    { GIT_TOKENS: `${server.host}=expired-long-ago` },
    join(folder.path, 'public'),
    `${server.url}/group/ours`,
    {
      ...{ allowedPrivateHosts: ['127.0.0.1'], caFile: certificate.path },
    },
  )
  expect(new Set(shown)).toEqual(new Set(['']))
})

describe('a refusal says what to do', () => {
  test.each<[ForgeName, says: string, hides: string]>([
    [
      'github',
      'Invalid username or token. Password authentication is not supported for Git operations.',
      'Repository not found.',
    ],
    [
      'gitlab',
      'HTTP Basic: Access denied.',
      "The project you were looking for could not be found or you don't have permission to view it.",
    ],
    [
      'bitbucket',
      'Invalid credentials',
      'You may not have access to this repository or it no longer exists in this workspace.',
    ],
    [
      'azure',
      'TF400813: The user is not authorized to access this resource.',
      'TF401019: The Git repository does not exist or you do not have permissions for the operation.',
    ],
    ['gitea', 'Unauthorized', 'User permission denied'],
  ])('%s: a wrong or expired token, one without permission, and none for this server', async (name, says, hides) => {
    await using forge = await startForge(name, [ours])
    const { host, url } = forge
    await expect(forge.ask('/group/ours', `${host}=expired-token-0123456789`)).rejects.toThrow(
      `'${host}' rejected docsfy's token: it is wrong, has expired or was revoked. docsfy's operator has to replace it in GIT_TOKENS. The server says: ${says}`,
    )
    for (const path of ['/group/theirs', '/group/missing']) {
      await expect(forge.ask(path, `${host}=${TOKEN}`)).rejects.toThrow(
        `docsfy's token for '${host}' gives no access to '${url}${path}', or the repository does not exist. Check the address, or let the token read the repository. The server says: ${hides}`,
      )
    }
    forge.shown.length = 0
    for (const other of [`127.0.0.1=${TOKEN}`, `127.0.0.1:1=${TOKEN}`, `git.example.com=${TOKEN}`]) {
      await expect(forge.ask('/group/ours', other)).rejects.toThrow(
        `'${url}/group/ours' was not found, or it is private. Check the address; for a private repository, docsfy's operator has to add a token for '${host}' to GIT_TOKENS.`,
      )
    }
    expect(new Set(forge.shown)).toEqual(new Set(['']))
  })

  test('without the right to credentials, private and missing repositories look the same', async () => {
    await using forge = await startForge('github', [ours])
    const seen = async (path: string) => {
      forge.shown.length = 0
      forge.requests.length = 0
      const error = await forge.ask(path, `${forge.host}=${TOKEN}`, false).catch((error: Error) => error)
      const requests = forge.requests.map((request) => request.replace(path, '/…'))
      return { message: String(error).replace(path, '/…'), requests, shown: [...forge.shown] }
    }
    const [missing, ofOurs] = [await seen('/group/missing'), await seen('/group/ours')]
    expect(ofOurs).toEqual(missing)
    expect(ofOurs.shown).toEqual([''])
    expect(ofOurs.message).toContain(
      `'${forge.url}/…' was not found, or it is private. Check the address; for a private repository, ask docsfy's operator for access.`,
    )
  })
})

describe('a token goes nowhere else', () => {
  test('not to another host or port that its server redirects to', async () => {
    await using elsewhere = await startForge('github', [ours])
    const away = redirecting((path) => `${elsewhere.url}${path.replace('/moved/', '/group/')}`)
    await using server = await serveOddly(behind.url, away, certificate)
    const settings = { GIT_TOKENS: `${server.host}=${TOKEN}` }
    await expect(
      cloneWith(settings, join(folder.path, 'away'), `${server.url}/moved/ours`, {
        ...{ allowedPrivateHosts: ['127.0.0.1'], caFile: certificate.path },
      }),
    ).rejects.toThrow(`has moved to '${elsewhere.url}/group/ours'. Try again with that address.`)
    expect(elsewhere.shown).toEqual([])
  })

  test('but to the new address on its own server', async () => {
    const shown: string[] = []
    const guarded = guardedBy('gitlab', [ours], shown)
    const moves = redirecting((path) => path.replace('/moved/', '/group/'))
    await using server = await serveOddly(
      behind.url,
      (request, response) => (request.url?.startsWith('/moved/') ? moves : guarded)(request, response),
      certificate,
    )
    const settings = { GIT_TOKENS: `${server.host}=${TOKEN}` }
    const { ref } = await cloneWith(settings, join(folder.path, 'moved'), `${server.url}/moved/ours`, {
      ...{ allowedPrivateHosts: ['127.0.0.1'], caFile: certificate.path },
    })
    expect(ref).toBe('main')
    expect(shown).toContain(`oauth2:${TOKEN}`)
  })

  test('not over plain http', async () => {
    const remote = await connect('http://127.0.0.1:3000/group/ours', {
      ...{ path: folder.path, home: folder.path, searchPath: '', allowedPrivateHosts: ['127.0.0.1'] },
      ...{ maxMib: 1, memoryMib: 1024, timeoutMinutes: 10 },
      ...{ mask: (text) => text, log: { warn() {} }, signal: new AbortController().signal, onStep() {} },
      access: { permitted: true, tokens: GitTokens.parse(`127.0.0.1:3000=${TOKEN}`), ssh: undefined },
    })
    expect(remote.handover).toEqual({ environment: {} })
    const shown: string[] = []
    await using plain = await serveOddly(behind.url, guardedBy('gitea', [ours], shown))
    await expect(
      cloneWith({ GIT_TOKENS: `${plain.host}=${TOKEN}` }, join(folder.path, 'plain'), `${plain.url}/group/ours`, {
        allowedPrivateHosts: ['127.0.0.1'],
      }),
    ).rejects.toThrow('was not found, or it is private. Check the address; docsfy sends tokens only over https.')
    expect(new Set(shown)).toEqual(new Set(['']))
  })

  test('not to a server whose certificate is not trusted', async () => {
    await using forge = await startForge('github', [ours])
    await expect(
      cloneWith({ GIT_TOKENS: `${forge.host}=${TOKEN}` }, join(folder.path, 'tls'), `${forge.url}/group/ours`, {
        allowedPrivateHosts: ['127.0.0.1'],
      }),
    ).rejects.toThrow(/The certificate of .* was rejected/)
    expect(forge.shown).toEqual([])
  })
})
