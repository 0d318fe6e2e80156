import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { serveGit } from '../support/git-http.ts'
import { gitIn, makeRepository } from '../support/repository.ts'
import { startSampleService } from '../support/sample-service.ts'
import type { Script } from '../support/scripted-cli.ts'
import { temporaryFolder } from '../support/service-process.ts'

describe('a repository that cannot be cloned ends in an error that says what to do', () => {
  test('by host, address, credentials, redirect, branch and emptiness', async () => {
    await using folder = await temporaryFolder('git')
    await gitIn(folder.path, 'init', '-q', '--bare', 'group/empty.git')
    await makeRepository(join(folder.path, 'work'), { 'a.txt': 'a\n' })
    await gitIn(folder.path, 'clone', '-q', '--bare', 'work', 'group/real.git')
    await using git = await serveGit(folder.path)
    await using sample = await startSampleService({ slugs: ['one'] }, { ALLOWED_PRIVATE_HOSTS: git.host })
    const cases: [request: object, message: RegExp][] = [
      [{ repo_url: 'https://no-such-host.invalid/group/name' }, /^The host 'no-such-host\.invalid' was not found\./],
      [{ repo_url: `${git.url}/group/missing` }, /was not found, or it is private\. Check the address;/],
      [{ repo_url: `${git.url}/private/name` }, /was not found, or it is private\. Check the address;/],
      [{ repo_url: `${git.url}/moved/name` }, /redirects to a private network address, and docsfy doesn't follow it\./],
      [{ repo_url: `${git.url}/group/real`, branch: 'nowhere' }, /^The repository has no branch or tag 'nowhere'$/],
      [{ repo_url: `${git.url}/group/empty` }, /^The repository has no commit to document yet$/],
    ]
    for (const [request, message] of cases) {
      const { generation_id } = (await sample.api.post('/api/generate', request)).json
      const ended = await sample.api.settled(generation_id)
      expect(ended).toMatchObject({ status: 'error', current_stage: null, last_generated: null, attempt: 1 })
      expect(ended.error_message).toMatch(message)
      expect((await sample.api.get(`/docs/${ended.name}/claude/x/`)).status).toBe(404)
    }
    expect(await sample.cli.calls()).toEqual([])
  })
})

describe('a CLI that does not work ends in an error that says what to do', () => {
  const cases: [name: string, script: Omit<Script, 'slugs'>, message: RegExp, calls: number][] = [
    ['--version fails', { version: 'fail' }, /--version' failed: cannot run/, 0],
    ['prints nonsense', { plan: 'nonsense' }, /^claude ended without a result \(tried 3 times\)$/, 3],
    ['fails', { plan: 'fail' }, /^claude failed: the model is on fire$/, 1],
    ['answers nothing', { plan: 'empty' }, /^claude gave an empty answer\. Try again.* \(tried 2 times\)$/, 2],
  ]
  test.each(cases)('%s', async (_name, script, message, calls) => {
    await using sample = await startSampleService({ slugs: ['one'], ...script })
    const { generation_id } = (await sample.api.post('/api/generate', { repo_path: sample.repository })).json
    const ended = await sample.api.settled(generation_id)
    expect(ended).toMatchObject({ status: 'error', last_generated: null })
    expect(ended.error_message).toMatch(message)
    expect(await sample.cli.calls()).toHaveLength(calls)
  })

  test('it is missing', async () => {
    await using sample = await startSampleService({ slugs: ['one'] })
    await rename(sample.cli.path, `${sample.cli.path}.gone`)
    await using missing = await startSampleService({ slugs: ['one'] }, { AI_CLI_CLAUDE: '/nowhere/claude' })
    const { generation_id } = (await missing.api.post('/api/generate', { repo_path: missing.repository })).json
    const ended = await missing.api.settled(generation_id)
    expect(ended.error_message).toMatch(
      /^claude could not be started: '\/nowhere\/claude' was not found .* set AI_CLI_CLAUDE to its path/,
    )
  })

  test('it has no key', async () => {
    await using sample = await startSampleService({ slugs: ['one'] }, { ANTHROPIC_API_KEY: '' })
    const { generation_id } = (await sample.api.post('/api/generate', { repo_path: sample.repository })).json
    expect((await sample.api.settled(generation_id)).error_message).toBe(
      'There is no key for claude. Set ANTHROPIC_API_KEY and try again',
    )
  })
})

test('a refused key is tried once, not for every page, and finished pages are kept', async () => {
  const script: Script = { slugs: ['one', 'two', 'three'], pages: { three: 'answer' } }
  await using sample = await startSampleService({ ...script, otherPages: 'fail' }, { MAX_CONCURRENT_PAGES: '1' })
  const request = { repo_path: sample.repository, ai_model: 'm' }
  const first = await sample.api.settled((await sample.api.post('/api/generate', request)).json.generation_id)
  expect(first).toMatchObject({ failed_pages: ['one', 'two'] })
  await sample.cli.rewrite({ ...script, otherPages: 'bad-key' })
  const before = (await sample.cli.calls()).length
  const second = await sample.api.settled((await sample.api.post('/api/generate', request)).json.generation_id)
  expect(second).toMatchObject({ status: 'error', failed_pages: ['one', 'two'] })
  expect(second.error_message).toMatch(
    /^2 of 3 pages could not be written \('About one', 'About two'\): claude's key was refused/,
  )
  expect((await sample.cli.calls()).slice(before).map(({ what }) => what)).toEqual(['one'])
})

test('failed pages are named, the others are published, and the next request makes only the failed ones', async () => {
  await using sample = await startSampleService({ slugs: ['one', 'two', 'three'], pages: { two: 'fail' } })
  const request = { repo_path: sample.repository, ai_model: 'm' }
  const first = await sample.api.settled((await sample.api.post('/api/generate', request)).json.generation_id)
  expect(first).toMatchObject({ status: 'error', failed_pages: ['two'] })
  expect(first.error_message).toMatch(
    /^1 of 3 pages could not be written \('About two'\): claude failed: the model is on fire/,
  )
  expect((await sample.api.get('/docs/adder/claude/m/one.html')).status).toBe(200)
  expect((await sample.api.get('/docs/adder/claude/m/two.html')).status).toBe(404)
  await sample.cli.rewrite({ slugs: ['one', 'two', 'three'] })
  const before = (await sample.cli.calls()).length
  const second = await sample.api.settled((await sample.api.post('/api/generate', request)).json.generation_id)
  expect(second).toMatchObject({ status: 'ready', page_count: 3, failed_pages: [], error_message: null })
  expect((await sample.cli.calls()).slice(before).map(({ what }) => what)).toEqual(['two'])
})

test('a plan with more pages than docsfy writes is cut, and the variant says so, also when its plan is used again', async () => {
  const slugs = Array.from({ length: 62 }, (_, index) => `page-${index}`)
  await using sample = await startSampleService({ slugs, otherPages: 'bad-key' }, { MAX_CONCURRENT_PAGES: '1' })
  for (const plans of [1, 1]) {
    const { generation_id } = (await sample.api.post('/api/generate', { repo_path: sample.repository })).json
    const ended = await sample.api.settled(generation_id)
    const notes = ['The plan was cut: it had 62 pages, and docsfy writes at most 60.']
    expect(ended).toMatchObject({ status: 'error', total_pages: 60, notes })
    expect((await sample.cli.calls()).filter(({ what }) => what === 'plan')).toHaveLength(plans)
  }
})
