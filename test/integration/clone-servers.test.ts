import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clone } from '../support/clone.ts'
import { type GitServer, serveGit } from '../support/git-http.ts'
import { gitWith, makeCertificate, type OddAnswer, redirecting, serveOddly } from '../support/odd-server.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let git: GitServer
let commit: string

beforeAll(async () => {
  folder = await temporaryFolder('servers')
  commit = await makeRepository(join(folder.path, 'work'), sampleFiles)
  await gitIn(folder.path, 'clone', '-q', '--bare', 'work', 'group/name.git')
  git = await serveGit(folder.path)
})
afterAll(async () => {
  await git?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

/** Clones from a server with ways of its own. Returns the commit, or why it failed, and the requests. */
async function cloneFrom(path: string, answer: OddAnswer, allowed: string[] = []) {
  await using target = await temporaryFolder('clone')
  await using server = await serveOddly(git.url, answer)
  const warnings: string[] = []
  const options = {
    allowedPrivateHosts: [server.host, ...allowed],
    log: { warn: (text: string) => warnings.push(text) },
  }
  const outcome = await clone(target.path, `${server.url}${path}`, options).then(
    (cloned) => cloned.commit,
    (error: Error) => error.message.replaceAll(server.url, 'http://asked'),
  )
  return { outcome, requests: server.requests, warnings }
}

describe('a redirect', () => {
  test.each([301, 302, 307, 308])('with status %i on the same server is followed', async (status) => {
    const answer = redirecting((path) => path.replace('/moved/name/', '/group/name.git/'), status)
    const { outcome, requests } = await cloneFrom('/moved/name', answer)
    expect(outcome).toBe(commit)
    expect(requests.filter((request) => request.includes('/moved/'))).toHaveLength(2)
  })

  test('is followed once only', async () => {
    const answer = redirecting((path) => path.replace(/\/moved\/(x*)name/, '/moved/$1xname'))
    expect((await cloneFrom('/moved/name', answer)).outcome).toBe(
      "'http://asked/moved/xname' has moved to 'http://asked/moved/xxname'. Try again with that address.",
    )
  })

  test('from http to https on the same host is followed, and the certificate is checked', async () => {
    await using target = await temporaryFolder('clone')
    const certificate = await makeCertificate(target.path)
    await using secure = await serveOddly(git.url, () => 'behind', certificate)
    const searchPath = await gitWith(target.path, { GIT_SSL_CAINFO: certificate.path })
    const answer = redirecting((path) => `${secure.url}${path.replace('/moved/name/', '/group/name.git/')}`)
    await using server = await serveOddly(git.url, answer)
    const options = { allowedPrivateHosts: ['127.0.0.1'] }
    const url = `${server.url}/moved/name`
    const trusted = await clone(join(target.path, 'trusted'), url, { ...options, searchPath })
    expect(trusted.commit).toBe(commit)
    expect(secure.requests.length).toBeGreaterThan(1)
    await expect(clone(join(target.path, 'untrusted'), url, options)).rejects.toThrow(
      `The certificate of '${secure.url}/group/name.git' was rejected: `,
    )
  })

  test('from http to https goes through the same guard', async () => {
    await using secure = await serveOddly(git.url, () => 'behind', await makeCertificate(folder.path))
    const answer = redirecting((path) => `${secure.url}${path}`)
    // Only the port of the first server is allowed.
    expect((await cloneFrom('/moved/name', answer)).outcome).toMatch(/^'127\.0\.0\.1' is a private network address\./)
    expect(secure.requests).toEqual([])
  })

  test('from https to http on the same host is not followed', async () => {
    await using target = await temporaryFolder('clone')
    const certificate = await makeCertificate(target.path)
    const down = redirecting((path) => `${git.url}${path.replace('/moved/name/', '/group/name.git/')}`)
    await using secure = await serveOddly(git.url, down, certificate)
    const searchPath = await gitWith(target.path, { GIT_SSL_CAINFO: certificate.path })
    const before = git.requests.length
    await expect(
      clone(target.path, `${secure.url}/moved/name`, { allowedPrivateHosts: ['127.0.0.1'], searchPath }),
    ).rejects.toThrow(
      `'${secure.url}/moved/name' has moved to '${git.url}/group/name.git'. Try again with that address.`,
    )
    expect(git.requests).toHaveLength(before)
  })

  test.each([
    [
      'another host',
      'https://user:pass@git.example.com/g/p.git',
      "has moved to 'https://git.example.com/g/p.git'. Try",
    ],
    ['another port', 'http://example.com:8080/g/p', "has moved to 'http://example.com:8080/g/p'. Try again with that"],
    ['a private address', 'http://user:pass@10.0.0.7/g/p', 'redirects to a private network address, and docsfy'],
    ['a metadata address', 'http://2852039166/latest/meta-data', 'redirects to a private network address, and'],
    ['an internal name', 'http://git.internal/g/p', 'redirects to a private network address, and docsfy'],
  ])('to %s is named without credentials and query, and not followed', async (_to, to, message) => {
    const answer = redirecting(() => `${to}/info/refs?service=git-upload-pack&token=hidden`)
    const { outcome, requests } = await cloneFrom('/moved/name', answer)
    expect(outcome).toContain(`'http://asked/moved/name' ${message}`)
    expect(outcome).not.toMatch(/pass|hidden|10\.0\.0\.7|internal/)
    expect(requests).toHaveLength(2)
  })

  test('to a log-in page is not taken for a repository', async () => {
    const answer = redirecting(() => '/users/sign_in?return=%2Fmoved')
    expect((await cloneFrom('/moved/name', answer)).outcome).toBe(
      "'http://asked/moved/name' redirects to 'http://asked/users/sign_in', which isn't the address of a repository. Check the address; for a private repository, ask docsfy's operator for access.",
    )
  })

  test('without an address says so', async () => {
    const answer: OddAnswer = (_request, response) => response.writeHead(301).end()
    expect((await cloneFrom('/moved/name', answer)).outcome).toBe(
      "'http://asked/moved/name' redirects to another address, which its server doesn't name. Try again with the repository's new address.",
    )
  })
})

describe('a server that fails', () => {
  /** Fails the first requests that match. */
  const failing =
    (times: number, matching: RegExp, fail: OddAnswer): OddAnswer =>
    (request, response) => {
      if (times === 0 || !matching.test(`${request.method} ${request.url}`)) return 'behind'
      times--
      return fail(request, response)
    }
  const reset: OddAnswer = (request) => request.socket.resetAndDestroy()
  const cut: OddAnswer = (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/x-git-upload-pack-result' })
    response.write('0', () => response.socket?.destroy())
  }
  const status =
    (code: number): OddAnswer =>
    (_request, response) =>
      response.writeHead(code).end('busy')

  test.each([
    ['one 503', failing(1, /^GET/, status(503))],
    ['one 429', failing(1, /^GET/, status(429))],
    ['one 502 while the refs are listed', failing(1, /^POST/, status(502))],
    ['one reset connection', failing(1, /^GET/, reset)],
    ['one answer that is cut off', failing(1, /^POST/, cut)],
  ])('with %s is asked again', async (_fault, answer) => {
    const { outcome, warnings } = await cloneFrom('/group/name.git', answer)
    expect(outcome).toBe(commit)
    expect(warnings).toEqual(["the repository's server failed; trying again in 1 s"])
  })

  test('in the middle of the files is asked again', async () => {
    let posts = 0
    const answer: OddAnswer = (request, response) => {
      // The first lists the refs.
      const isFetch = request.method === 'POST' && ++posts === 2
      return isFetch ? cut(request, response) : 'behind'
    }
    const { outcome, warnings } = await cloneFrom('/group/name.git', answer)
    expect([outcome, warnings.length]).toEqual([commit, 1])
  })

  test.each([
    [
      '503',
      status(503),
      /^The server of 'http:\/\/asked\/group\/name' answered with the HTTP error 503\. Try again later\.$/,
    ],
    ['a reset', reset, /^The connection to the server of 'http:\/\/asked\/group\/name' broke\. Try again later\. git/],
    ['an answer that is cut off', cut, /^The connection to the server of '.*' broke\. Try again later\. git reports: /],
  ])('with %s three times ends in a sentence', async (_fault, fail, message) => {
    const { outcome, warnings } = await cloneFrom('/group/name', failing(-1, /./, fail))
    expect(outcome).toMatch(message)
    expect(warnings).toHaveLength(2)
  })

  test.each([401, 403, 404])('with %i is asked once', async (code) => {
    const { requests, warnings } = await cloneFrom('/group/name', failing(-1, /./, status(code)))
    expect([requests.length, warnings]).toEqual([1, []])
  })
})

test('the clone keeps nothing of a redirect', async () => {
  await using target = await temporaryFolder('clone')
  await using server = await serveOddly(
    git.url,
    redirecting((path) => path.replace('/moved/name/', '/group/name.git/')),
  )
  await clone(target.path, `${server.url}/moved/name`, { allowedPrivateHosts: [server.host] })
  expect(await readFile(join(target.path, 'clone/.git/config'), 'utf8')).not.toMatch(/url|remote/)
})
