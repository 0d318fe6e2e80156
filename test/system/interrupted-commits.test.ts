import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecord } from '../../shared/aws/records.ts'
import { variantKey } from '../../shared/variant.ts'
import { type CitingCli, writeCitingCli } from '../support/citing-cli.ts'
import { openOwnRunner } from '../support/own-runner.ts'
import { commitFiles, gitIn, makeRepository } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { publishedPages, staleCitations } from '../support/site-truth.ts'
import { openTestStores } from '../support/test-stores.ts'
import { waitFor } from '../support/wait.ts'

const names = ['alpha', 'beta', 'gamma', 'delta']
const titleOf = (name: string) => `About ${name}`
const file = (name: string, value: number) => ({ [`src/${name}.ts`]: `export const ${name} = ${value}\n` })
const all = (value: number) => Object.assign({}, ...names.map((name) => file(name, value)))
const plan = {
  project_name: 'Letters',
  navigation: [
    {
      group: 'All',
      pages: names.map((name) => ({
        ...{ slug: name, title: titleOf(name), description: `What ${name} is`, files: [`src/${name}.ts`] },
      })),
    },
  ],
}
const key = variantKey({ owner: 'admin', name: 'letters', branch: 'main', provider: 'claude', model: 'm' })

/** A documented repository of four files with a page each. */
async function documented() {
  const folder = await temporaryFolder('interrupted-commits')
  const stores = await openTestStores(join(folder.path, 'data'))
  const repository = join(folder.path, 'letters')
  await makeRepository(repository, all(1))
  const cli = await writeCitingCli(folder.path)
  await cli.follow({ plan })
  const runner = await openOwnRunner(stores, { repository, cli: cli.path, folder: folder.path })
  expect((await runner.generate()).outcome).toBe('ready')
  await cli.newCalls()
  return {
    ...{ repository, cli, runner, stores },
    [Symbol.asyncDispose]: async () => {
      await stores[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const asked = async (cli: CitingCli) => (await cli.newCalls()).map(({ what }) => what).toSorted()

test('an attempt that is stopped in the middle of an incremental run leaves everything it has paid for to the next', async () => {
  await using place = await documented()
  const { repository, cli, runner, stores } = place
  await commitFiles(repository, { ...file('alpha', 2), ...file('beta', 2), ...file('gamma', 2) })
  await cli.follow({ plan, hangs: [titleOf('beta')] })
  const stop = new AbortController()
  const ending = runner.generateInTwo(stop.signal)
  const record = async () => await readRecord(stores.table, key)
  await waitFor('three pages to be done', record, (found) => found?.donePages === 3)
  await cli.follow({ plan })
  stop.abort()
  const { outcome, record: ended } = await ending
  expect([outcome, ended.attempt, ended.published?.keptPages]).toEqual(['ready', 2, 1])
  expect(await asked(cli)).toEqual(['plan', ...['alpha', 'beta', 'beta', 'gamma'].map(titleOf)].toSorted())
})

test('after a page has failed, the next request makes only that one, also for a later commit', async () => {
  await using place = await documented()
  const { repository, cli, runner, stores } = place
  const first = await commitFiles(repository, { ...file('alpha', 2), ...file('beta', 2) })
  await cli.follow({ plan, fails: [titleOf('beta')] })
  const failed = await runner.generate()
  expect([failed.outcome, failed.record.failedPages]).toEqual(['failed', ['beta']])
  expect(failed.record.published?.commit).not.toBe(first)
  await cli.newCalls()
  const later = await commitFiles(repository, file('gamma', 2))
  await cli.follow({ plan })
  const { outcome, record } = await runner.generate()
  expect([outcome, record.published?.commit]).toEqual(['ready', later])
  const calls = await cli.newCalls()
  expect(calls.map(({ what }) => what).toSorted()).toEqual([titleOf('beta'), titleOf('gamma'), 'plan'])
  const gamma = calls.find(({ what }) => what === titleOf('gamma'))
  expect(gamma?.prompt).toMatch(/export const gamma = 1\n[\s\S]*-export const gamma = 1\n\+export const gamma = 2/)
  const pages = await publishedPages(stores.bucket, record, repository)
  expect(pages.size).toBe(4)
  for (const page of pages.values()) expect(await staleCitations(repository, later, page)).toEqual([])
})

test('if the plan cannot be brought up to date, changed pages are written, a note says so, and the next commit tries again', async () => {
  await using place = await documented()
  const { repository, cli, runner } = place
  await commitFiles(repository, { ...file('alpha', 2), 'src/new.ts': 'export const fresh = 1\n' })
  await cli.follow({ plan: 'I would rather not.' })
  const { outcome, record } = await runner.generate()
  expect([outcome, record.published?.keptPages]).toEqual(['ready', 3])
  expect(record.notes?.join()).toMatch(/could not be brought up to date/)
  expect(await asked(cli)).toEqual([titleOf('alpha'), 'plan', 'plan'])
  await commitFiles(repository, file('beta', 2))
  await cli.follow({ plan })
  await runner.generate()
  const calls = await cli.newCalls()
  expect(calls.map(({ what }) => what).toSorted()).toEqual([titleOf('beta'), 'plan'])
  expect(calls.find(({ what }) => what === 'plan')?.prompt).toContain('added: src/new.ts')
})

test('a page that an answer leaves out stays if nothing has changed in it; force, another type and other instructions make everything anew', async () => {
  await using place = await documented()
  const { repository, cli, runner } = place
  await commitFiles(repository, file('alpha', 2))
  const [group] = plan.navigation
  await cli.follow({ plan: { ...plan, navigation: [{ ...group, pages: group?.pages.slice(0, 3) }] } })
  const { record } = await runner.generate()
  expect([record.published?.pageCount, record.published?.keptPages]).toEqual([4, 3])
  expect(await asked(cli)).toEqual([titleOf('alpha'), 'plan'])
  await cli.follow({ plan })
  for (const request of [
    { force: true },
    { repo_type: 'library' },
    { repo_type: 'library', instructions: 'For\nbeginners.' },
  ]) {
    await runner.generate(request)
    const calls = await cli.newCalls()
    expect(calls.map(({ what }) => what).toSorted()).toEqual([...names.map(titleOf), 'plan'].toSorted())
    const told = calls.map(({ prompt }) => prompt.includes('\n| For\n| beginners.\n'))
    expect(new Set(told)).toEqual(new Set(['instructions' in request]))
  }
  await gitIn(repository, 'commit', '-q', '--allow-empty', '-m', 'empty')
  expect((await runner.generate({ repo_type: 'library', instructions: 'For\nbeginners.' })).record.stage).toBe(
    'up_to_date',
  )
  expect(await asked(cli)).toEqual([])
})
