import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { outputOf } from '../support/child-output.ts'
import { serveGit } from '../support/git-http.ts'
import { gitIn } from '../support/repository.ts'
import { startSampleService } from '../support/sample-service.ts'
import type { Action, Script } from '../support/scripted-cli.ts'
import { root, temporaryFolder } from '../support/service-process.ts'

/** A service, the address of a repository on a git server, and the script as a CI job would run it. */
async function startCi(script: Script) {
  const served = await temporaryFolder('served')
  const git = await serveGit(served.path)
  const sample = await startSampleService(script, { ALLOWED_PRIVATE_HOSTS: git.host })
  onTestFinished(async () => {
    await sample[Symbol.asyncDispose]()
    await git[Symbol.asyncDispose]()
    await served[Symbol.asyncDispose]()
  })
  await gitIn(served.path, 'clone', '-q', '--bare', sample.repository, 'group/adder.git')
  const { url, adminKey } = sample.service
  const env = { DOCSFY_URL: `${url}/`, DOCSFY_KEY: adminKey, REPO_URL: `${git.url}/group/adder.git`, AI_MODEL: 'm' }
  const regenerate = (changed: Record<string, string | undefined> = {}) => {
    const child = spawn(process.execPath, [`${root}examples/regenerate.mjs`, 'public/docs'], {
      cwd: sample.folder,
      env: { PATH: process.env.PATH, ...env, ...changed },
    })
    return outputOf('the CI job', child)
  }
  return { ...sample, regenerate }
}

const hanging: Action = 'hang'

test('a CI job ends with the site of the pushed commit in its folder', async () => {
  const { regenerate, folder } = await startCi({ slugs: ['one', 'two'] })
  const job = regenerate()
  expect(await job.ended(), job.text()).toBe(0)
  expect(job.text()).toMatch(/2 pages of commit [0-9a-f]{7} are in public\/docs\/\n$/)
  const files = await readdir(join(folder, 'public/docs'))
  expect(files).toEqual(expect.arrayContaining(['index.html', 'one.html', 'two.html']))
  expect(await readFile(join(folder, 'public/docs/one.html'), 'utf8')).toContain('<h1')
  const again = regenerate()
  expect(await again.ended(), again.text()).toBe(0)
})

test('a CI job waits for the generation of an earlier push, and fails with what its own generation says', async () => {
  const { regenerate, api } = await startCi({ slugs: ['one'], plan: hanging })
  const first = regenerate()
  await first.said(/planning|plan/)
  const second = regenerate()
  await second.said(/already being generated.*Trying again/i)
  const abort = async () => expect((await api.post('/api/projects/adder/abort')).status).toBe(200)
  await abort()
  expect(await first.ended()).toBe(1)
  expect(first.text()).toMatch(/aborted: .+\n$/)
  await second.said(/planning|plan/)
  await abort()
  expect(await second.ended()).toBe(1)
})

test('a CI job that is set up wrongly says what to do, and costs nothing', async () => {
  const { regenerate, cli, service } = await startCi({ slugs: ['one'] })
  const cases: [Record<string, string | undefined>, RegExp][] = [
    [{ DOCSFY_KEY: '', REPO_URL: '' }, /^Set DOCSFY_KEY, REPO_URL\.\n$/],
    [{ LIMIT_MINUTES: 'soon' }, /^LIMIT_MINUTES must be a number above 0\.\n$/],
    [{ DOCSFY_KEY: 'wrong' }, /^The service answered 401: Unauthorized\n$/],
    [{ REPO_URL: 'adder' }, /^The service answered 422: body.*repo_url/],
    [{ DOCSFY_URL: `${service.url}/docs` }, /Is DOCSFY_URL the address of docsfy\?|The service answered/],
    [{ DOCSFY_URL: 'http://127.0.0.1:1', LIMIT_MINUTES: '0.01' }, /127\.0\.0\.1:1.*Not finished within 0\.01 minutes/s],
  ]
  for (const [changed, expected] of cases) {
    const job = regenerate(changed)
    expect(await job.ended(), job.text()).toBe(1)
    expect(job.text()).toMatch(expected)
  }
  expect(await cli.calls()).toEqual([])
})
