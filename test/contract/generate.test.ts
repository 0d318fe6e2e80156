import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTarget, remote, type Target } from './target.ts'

let target: Target
beforeAll(async () => {
  // With one slot most generations stay queued; these tests are only about the replies to the requests.
  target = await openTarget({ MAX_ACTIVE_TASKS: '1' })
})
afterAll(async () => await target?.[Symbol.asyncDispose]())

const repo_url = 'https://github.com/octocat/Hello-World'
/** A model name that no other test run uses. */
const fresh = () => `m-${Math.random().toString(36).slice(2)}`

describe('an accepted request gets 202', () => {
  test('with branch main by default, and its variant can be found by the generation id at once', async () => {
    const user = await target.user()
    const ai_model = fresh()
    const accepted = await user.post('/api/generate', { repo_url, ai_model, repo_type: 'library', unknown: { a: 1 } })
    expect(accepted.status).toBe(202)
    expect(accepted.json).toEqual({
      project: 'Hello-World',
      status: 'generating',
      branch: 'main',
      generation_id: expect.any(String),
      repo_type: 'library',
    })
    const { generation_id } = accepted.json
    const found = await user.get(`/api/projects/by-id/${generation_id.toUpperCase()}`)
    expect(found.json).toMatchObject({
      generation_id,
      name: 'Hello-World',
      ai_model,
      ai_provider: 'claude',
      owner: user.username,
    })
    const repeated = await user.post('/api/generate', { repo_url, ai_model })
    expect(repeated).toMatchObject({
      status: 409,
      json: { detail: `Variant 'Hello-World/claude/${ai_model}' is already being generated` },
    })
    const named = await user.post('/api/generate', { repo_url, ai_model, branch: 'main' })
    expect(named.json).toEqual({ detail: `Variant 'Hello-World/main/claude/${ai_model}' is already being generated` })
    expect((await user.post(`/api/projects/Hello-World/claude/${ai_model}/abort`)).status).toBe(200)
  })

  test.each([
    [{ repo_url: 'https://git.example.com:8443/group/sub-group/name.git' }, 'name', null],
    [{ repo_url: 'git@github.com:group/sub/other.repo.git' }, 'other.repo', null],
    [{ repo_url: 'http://example.com/~user/name/', branch: null, repo_type: null, force: null }, 'name', null],
    [{ repo_url, ai_cli_timeout: 1e21 }, 'Hello-World', null],
    [{ repo_url, instructions: 'For beginners.' }, 'Hello-World', null],
    [{ repo_url, instructions: null }, 'Hello-World', null],
    [{ repo_url, ai_provider: null, ai_cli_timeout: null, force: true, repo_type: 'tests' }, 'Hello-World', 'tests'],
  ])('%j', async (request, project, repo_type) => {
    const user = await target.user()
    const ai_model = fresh()
    const { status, json } = await user.post('/api/generate', { ...request, ai_model })
    expect(status).toBe(202)
    expect(json).toMatchObject({ project, branch: 'main', repo_type })
    await user.post(`/api/projects/${project}/claude/${ai_model}/abort`)
  })

  test('with instructions of 4,000 characters, however many bytes each has', async () => {
    const user = await target.user()
    const instructions = '😀'.repeat(4_000)
    const { status } = await user.post('/api/generate', { repo_url, ai_model: fresh(), instructions })
    expect(status).toBe(202)
  })

  test('also if another owner is generating the same variant', async () => {
    const [one, two] = await Promise.all([target.user(), target.user()])
    const ai_model = fresh()
    for (const user of [one, two]) expect((await user.post('/api/generate', { repo_url, ai_model })).status).toBe(202)
    for (const user of [one, two]) expect((await user.post('/api/projects/Hello-World/abort')).status).toBe(200)
  })
})

describe('a request is rejected', () => {
  test.each<[name: string, body: unknown, locations: string[][]]>([
    ['no source', {}, [['body']]],
    ['both sources', { repo_url, repo_path: '/tmp/x' }, [['body']]],
    ['a bad URL', { repo_url: 'ftp://example.com/a/b' }, [['body', 'repo_url']]],
    ['a URL with one segment', { repo_url: 'https://example.com/name' }, [['body', 'repo_url']]],
    ['a URL that is too long', { repo_url: `https://example.com/g/${'n'.repeat(2_048)}` }, [['body', 'repo_url']]],
    ['a relative path', { repo_path: 'a/b' }, [['body', 'repo_path']]],
    ['a bad provider', { repo_url, ai_provider: 'gpt' }, [['body', 'ai_provider']]],
    ['a bad type', { repo_url, repo_type: 'game' }, [['body', 'repo_type']]],
    ['instructions of 4,001 characters', { repo_url, instructions: '😀'.repeat(4_001) }, [['body', 'instructions']]],
    ['instructions as a list', { repo_url, instructions: ['x'] }, [['body', 'instructions']]],
    ['timeout 0', { repo_url, ai_cli_timeout: 0 }, [['body', 'ai_cli_timeout']]],
    ['timeout -1', { repo_url, ai_cli_timeout: -1 }, [['body', 'ai_cli_timeout']]],
    ['timeout 1.5', { repo_url, ai_cli_timeout: 1.5 }, [['body', 'ai_cli_timeout']]],
    ['timeout as text', { repo_url, ai_cli_timeout: '60' }, [['body', 'ai_cli_timeout']]],
    ['force as text', { repo_url, force: 'true' }, [['body', 'force']]],
    ['a model .', { repo_url, ai_model: '.' }, [['body', 'ai_model']]],
    ['a model ..', { repo_url, ai_model: '..' }, [['body', 'ai_model']]],
    ['a model with NUL', { repo_url, ai_model: 'a\0b' }, [['body', 'ai_model']]],
    ['a model of 301 characters', { repo_url, ai_model: 'm'.repeat(301) }, [['body', 'ai_model']]],
    ['a branch .', { repo_url, branch: '.' }, [['body', 'branch']]],
    ['a branch ..', { repo_url, branch: '..' }, [['body', 'branch']]],
    ['a branch like an option', { repo_url, branch: '--upload-pack=x' }, [['body', 'branch']]],
    ['a branch like a provider', { repo_url, branch: 'gemini' }, [['body', 'branch']]],
    ['a branch of 256 bytes', { repo_url, branch: 'ü'.repeat(128) }, [['body', 'branch']]],
    ['an empty branch', { repo_url, branch: '' }, [['body', 'branch']]],
    ['a branch with ~', { repo_url, branch: 'feature~2Fx' }, [['body', 'branch']]],
    ['a list', [], [['body']]],
    ['a string', '"text"', [['body']]],
    ['null', 'null', [['body']]],
    ['invalid JSON', '{"repo_url": ', [['body']]],
    ['a form', 'repo_url=https://github.com/a/b', [['body']]],
    [
      'everything at once',
      {
        repo_path: 'x',
        ai_provider: 'gpt',
        ai_cli_timeout: 'x',
        force: 1,
        branch: 'cursor',
        ai_model: 3,
        repo_type: 0,
        instructions: 1,
      },
      ['repo_path', 'ai_provider', 'ai_model', 'ai_cli_timeout', 'force', 'branch', 'repo_type', 'instructions'].map(
        (f) => ['body', f],
      ),
    ],
    ['fields and their combination', { ai_provider: 'gpt' }, [['body', 'ai_provider'], ['body']]],
  ])('422: %s', async (_name, body, locations) => {
    const { status, json, text } = await target.admin.post('/api/generate', body as object)
    expect(status).toBe(422)
    const found = json.detail.map(({ loc }: { loc: string[] }) => loc.slice(0, 2).join('.'))
    expect(new Set(found)).toEqual(new Set(locations.map((location) => location.join('.'))))
    expect(text).not.toContain('upload-pack')
  })

  test.each([
    'localhost',
    '127.1',
    '0x7f.1',
    '10.0.0.1',
    '169.254.169.254',
    '[::1]',
    '[::ffff:10.0.0.1]',
    'git.internal',
  ])('400: the host %s, in an HTTP or SSH URL', async (host) => {
    const detail = 'Repository URL must not target localhost or private networks'
    const web = await target.admin.post('/api/generate', { repo_url: `http://${host}/group/name` })
    expect(web).toMatchObject({ status: 400, json: { detail } })
    if (host.startsWith('[')) return
    const ssh = await target.admin.post('/api/generate', { repo_url: `git@${host}:group/name` })
    expect(ssh).toMatchObject({ status: 400, json: { detail } })
  })

  test('400: an invalid project name', async () => {
    const { status, json } = await target.admin.post('/api/generate', { repo_url: 'https://example.com/group/-name' })
    expect({ status, json }).toEqual({ status: 400, json: { detail: "Invalid project name: '-name'" } })
  })

  test('400: a path that does not exist or is not a repository', async () => {
    const missing = await target.admin.post('/api/generate', { repo_path: '/no/such/place' })
    expect(missing).toMatchObject({ status: 400, json: { detail: "Repository path does not exist: '/no/such/place'" } })
    if (!target.sample) return
    const plain = join(target.sample.folder, 'plain')
    await mkdir(plain)
    const { json } = await target.admin.post('/api/generate', { repo_path: plain })
    expect(json).toEqual({ detail: `Not a git repository (no .git directory): '${plain}'` })
  })

  test('401 before the body is parsed', async () => {
    for (const client of [target.anonymous, target.as('wrong'), target.as('docsfy_wrong')]) {
      expect(await client.post('/api/generate', 'invalid JSON')).toMatchObject({
        status: 401,
        json: { detail: 'Unauthorized' },
      })
    }
  })

  test('403 for a viewer, after 422', async () => {
    const viewer = await target.user('viewer')
    expect((await viewer.post('/api/generate', {})).status).toBe(422)
    expect(await viewer.post('/api/generate', { repo_url: 'http://localhost/a/b' })).toMatchObject({
      status: 403,
      json: { detail: 'Write access required.' },
    })
  })

  test('403 for a non-admin who sends a path, whether or not it exists', async () => {
    const user = await target.user()
    for (const repo_path of ['/no/such/place', '/', target.sample?.repository ?? '/tmp']) {
      expect(await user.post('/api/generate', { repo_path })).toMatchObject({
        status: 403,
        json: { detail: 'Local repo path access requires admin privileges' },
      })
    }
  })
})

describe.skipIf(remote)('without usable defaults', () => {
  test('400: the default provider is unknown', async () => {
    await using other = await openTarget({ AI_PROVIDER: "o'hara", AI_MODEL: 'm' })
    expect((await other.admin.post('/api/generate', { repo_url })).json).toEqual({
      detail: "Invalid AI provider: 'o'hara'. Must be claude, gemini, or cursor.",
    })
    expect((await other.admin.post('/api/generate', { repo_url, ai_provider: 'claude' })).status).toBe(202)
  })
})
