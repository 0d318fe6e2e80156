import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addUsd } from '../../shared/money.ts'
import { type GitServer, serveGit } from '../support/git-http.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { type Client, openTarget, remote, type Target } from './target.ts'

/** The cost that the scripted CLI reports for a successful and for a failed call. */
const [CALL, FAILURE] = [0.25, 0.01]
const slugs = ['one', 'two']
/** One call for the plan and one for each page. */
const ALL = CALL * 3

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let git: GitServer
let target: Target

beforeAll(async () => {
  if (remote) return
  folder = await temporaryFolder('cost')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  await gitIn(folder.path, 'clone', '-q', '--bare', 'adder', 'group/adder.git')
  git = await serveGit(folder.path)
  target = await openTarget({ ALLOWED_PRIVATE_HOSTS: git.host, SWEEP_SECONDS: '1' }, slugs)
})
afterAll(async () => {
  await target?.[Symbol.asyncDispose]()
  await git?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

const local = test.skipIf(remote)
const repo_url = () => `${git.url}/group/adder.git`
const cli = () => {
  if (!target.sample) throw new Error("Only the suite's own service has a scripted CLI")
  return target.sample.cli
}

async function generate(user: Client, request: object = {}): Promise<string> {
  const { status, json } = await user.post('/api/generate', { repo_url: repo_url(), ai_model: 'm', ...request })
  expect(status).toBe(202)
  return json.generation_id
}

const generated = async (user: Client, request: object = {}) => await user.settled(await generate(user, request))

async function totalOf(user: Client): Promise<number> {
  const { total_cost_usd } = (await user.get('/api/cost')).json
  return total_cost_usd
}

/** If its runner did not end a generation, the next sweep books its cost. */
const totalBecomes = async (user: Client, usd: number) => await expect.poll(async () => await totalOf(user)).toBe(usd)

local('a variant shows the cost of its site and of all its generations, and totals include all of them', async () => {
  const user = await target.user()
  const first = await generated(user)
  expect(first).toMatchObject({ status: 'ready', total_cost_usd: ALL, spent_usd: ALL })
  // The model has no known price and has not written any pages yet.
  expect(first.estimated_cost_usd).toBeNull()
  expect(await totalOf(user)).toBe(ALL)

  const same = await generated(user)
  expect(same).toMatchObject({ current_stage: 'up_to_date', total_cost_usd: ALL, spent_usd: ALL })
  expect(await totalOf(user)).toBe(ALL)

  const forced = await generated(user, { force: true })
  expect(forced).toMatchObject({ status: 'ready', total_cost_usd: ALL, spent_usd: 2 * ALL })
  expect(await totalOf(user)).toBe(2 * ALL)
  expect((await user.get('/api/status')).json).toMatchObject({
    total_cost_usd: 2 * ALL,
    projects: [{ spent_usd: 2 * ALL }],
  })
})

local("a failed generation adds to the amount spent, and does not change the site's cost", async () => {
  const user = await target.user()
  const models = { bad: { pages: { two: 'fail' as const } }, hopeless: { plan: 'fail' as const } }
  await cli().rewrite({ slugs })
  expect(await generated(user, { ai_model: 'bad' })).toMatchObject({ status: 'ready', total_cost_usd: ALL })
  await cli().rewrite({ slugs, models })
  const failed = await generated(user, { ai_model: 'bad', force: true })
  const spent = ALL + 2 * CALL + FAILURE
  expect(failed).toMatchObject({ status: 'error', total_cost_usd: ALL, spent_usd: spent })
  expect(await totalOf(user)).toBe(spent)

  const nothing = await generated(user, { ai_model: 'hopeless' })
  expect(nothing).toMatchObject({ status: 'error', total_cost_usd: null, spent_usd: FAILURE })
  expect(await totalOf(user)).toBe(spent + FAILURE)

  const partly = await generated(user, { ai_model: 'bad', branch: 'main', force: true })
  expect(partly).toMatchObject({ total_cost_usd: ALL, spent_usd: spent + 2 * CALL + FAILURE })
  await cli().rewrite({ slugs })
})

local('a generating variant shows its cost so far, totals include it, and an abort does not lose it', async () => {
  const user = await target.user()
  await generated(user)
  await cli().rewrite({ slugs, pages: { two: 'wait-for-go' } })
  const id = await generate(user, { force: true })
  const running = await user.until(id, { total_cost_usd: 2 * CALL })
  expect(running).toMatchObject({ status: 'generating', spent_usd: ALL + 2 * CALL, estimated_cost_usd: ALL })
  await totalBecomes(user, ALL + 2 * CALL)
  expect((await user.get('/api/status')).json.total_cost_usd).toBe(ALL + 2 * CALL)
  // On a busy machine the task may end only after the reply.
  await user.post('/api/projects/adder/claude/m/abort')
  expect(await user.settled(id)).toMatchObject({ status: 'aborted', total_cost_usd: ALL, spent_usd: ALL + 2 * CALL })
  await totalBecomes(user, ALL + 2 * CALL)
  await cli().rewrite({ slugs })
})

local('totals keep the cost of deleted variants and count each generation once', async () => {
  const user = await target.user()
  await generated(user)
  await generated(user, { force: true })
  await user.delete('/api/projects/adder/claude/m')
  expect((await user.get('/api/status')).json).toMatchObject({ projects: [], total_cost_usd: 2 * ALL })
  expect(await generated(user)).toMatchObject({ total_cost_usd: ALL, spent_usd: ALL })
  expect(await totalOf(user)).toBe(3 * ALL)
})

local("an admin's totals include all users, even deleted ones", async () => {
  const [one, two] = await Promise.all([target.user(), target.user()])
  const before = await totalOf(target.admin)
  await Promise.all([generated(one), generated(two)])
  expect(await totalOf(target.admin)).toBe(addUsd(before, 2 * ALL))
  expect((await target.admin.get('/api/status?limit=1')).json.total_cost_usd).toBe(addUsd(before, 2 * ALL))
  expect((await target.admin.delete(`/api/admin/users/${one.username}`)).status).toBe(200)
  expect(await totalOf(target.admin)).toBe(addUsd(before, 2 * ALL))
  expect(await totalOf(two)).toBe(ALL)
})
