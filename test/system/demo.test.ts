import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { startDemo } from '../support/demo-process.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { type Script, writeScriptedCli } from '../support/scripted-cli.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { taskProcesses } from '../support/tasks.ts'

const slugs = ['one', 'two', 'three']

/** The demo asks the provider about the key. */
const NO_SERVER = 'http://127.0.0.1:9'

/** A repository, a scripted CLI, and the demo that documents the one with the other. */
async function prepare(script: Script) {
  const folder = await temporaryFolder('demo')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  const cli = await writeScriptedCli(folder.path, script)
  const dataDir = join(folder.path, 'data')
  const out = join(folder.path, 'site')
  const temporary = join(folder.path, 'tmp')
  await mkdir(temporary)
  const env = {
    AI_CLI_CLAUDE: cli.path,
    ANTHROPIC_API_KEY: 'test-key',
    ANTHROPIC_BASE_URL: NO_SERVER,
    TMPDIR: temporary,
  }
  const demo = (...args: string[]) =>
    startDemo(dataDir, [repository, '--provider', 'claude', '--model', 'm', ...args], env)
  const calls = async () => (await cli.calls()).map(({ what }) => what).sort()
  return { cli, calls, dataDir, repository, out, temporary, demo, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] }
}

const withPages = (name: string) => !name.startsWith('.') && name.endsWith('.html')

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('told to end by %s it says that the same command goes on, and that one does', async (signal, code) => {
  await using prepared = await prepare({ slugs, otherPages: 'wait-for-go' })
  await using first = prepared.demo('--once')
  await first.said(/writing pages/)
  expect(await first.end(signal)).toBe(code)
  expect(first.output()).toMatch(/\nStopping\. .+\nStopped\. Run the same command to continue\.\n$/)
  expect(first.output()).not.toMatch(/fetch failed|^ +at /m)
  expect(await readdir(prepared.temporary)).toEqual([])
  expect(await taskProcesses(prepared.dataDir)).toEqual([])

  await prepared.cli.go()
  await using second = prepared.demo('--once', '--force')
  expect(await second.ended()).toBe(0)
  expect(second.output()).toContain('Continuing the generation from an earlier start.\n')
  expect(second.output()).toContain(
    '--force does not affect a running generation. Use it again after this one has ended.\n',
  )
  for (const slug of slugs) expect(second.output()).toContain(`✓ About ${slug}\n`)
  expect(second.output()).toMatch(/\n *\d+ s {2}ready: 3 pages\nMade 3 pages in \d+ s\. It cost \$\d+\.\d\d/)
  expect(second.output()).toMatch(/\nHeld against the code: 3 pages; 0 citations: .+\.\n/)
  expect((await prepared.calls()).filter((what) => what === 'plan')).toHaveLength(1)
})

test('a second demo at the same time follows the generation that is under way, and its end ends nothing else', async () => {
  await using prepared = await prepare({ slugs, otherPages: 'wait-for-go' })
  await using first = prepared.demo()
  await first.said(/writing pages/)
  await using second = prepared.demo('--once')
  await using third = prepared.demo('--once')
  await second.said(/Following the generation that is under way\.\n/)
  await third.said(/Following the generation that is under way\.\n/)
  expect(await third.end('SIGINT')).toBe(130)
  expect(third.output()).toMatch(/\nStopped\. The other docsfy goes on with what it does\.\n$/)
  await prepared.cli.go()
  expect(await second.ended()).toBe(0)
  expect(second.output()).toMatch(/ready: 3 pages\n/)
  const address = await first.said(/Read it at (\S+)/)
  expect((await fetch(`${address}one.html`)).status).toBe(200)
  expect(await prepared.calls()).toEqual(['one', 'plan', 'three', 'two'])

  // It reads from the first, and says so when that ends.
  await using fourth = prepared.demo()
  await fourth.said(/Read it at/)
  await using standIn = startDemo(prepared.dataDir, [prepared.repository])
  expect(await standIn.ended()).toBe(1)
  expect(standIn.output()).toMatch(
    /Another docsfy already runs at \S+, with a real model instead of the stand-in\. Stop it first/,
  )
  expect(await first.end('SIGINT')).toBe(0)
  expect(await fourth.ended()).toBe(1)
  expect(fourth.output()).toMatch(
    /The docsfy that this demo had joined has ended\. Run the same command to continue\.\n$/,
  )
})

test('a generation left from an earlier start is mentioned when another model is asked for', async () => {
  await using prepared = await prepare({ slugs, otherPages: 'wait-for-go', models: { n: { otherPages: 'answer' } } })
  await using first = prepared.demo('--once')
  await first.said(/writing pages/)
  await first.end('SIGINT')
  await using second = prepared.demo('--once', '--model', 'n')
  expect(await second.ended()).toBe(0)
  expect(second.output()).toContain('Also continuing from an earlier start: adder with claude / m.')
})

test('the stand-in does not finish what a real CLI has begun, and nothing is paid for twice', async () => {
  await using prepared = await prepare({ slugs, pages: { three: 'wait-for-go' } })
  await using first = prepared.demo('--once')
  await first.said(/2 of 3 done/)
  await first.end('SIGINT')
  await using second = startDemo(prepared.dataDir, [prepared.repository])
  await second.said(/Read it at/)
  const url = await second.said(/docsfy runs at (\S+)/)
  const api = apiOf({ url, adminKey: (await readFile(join(prepared.dataDir, 'admin-key'), 'utf8')).trim() })
  const { generation_id } = (await api.get('/api/projects/adder/claude/m')).json
  const { status, error_message } = await api.settled(generation_id)
  expect(status).toBe('error')
  expect(error_message).toMatch(/'About three'.+ does not offer the model 'm'.+This is docsfy’s stand-in/)
  await second.end('SIGINT')

  await prepared.cli.go()
  await using third = prepared.demo('--once')
  expect(await third.ended()).toBe(0)
  expect((await prepared.calls()).filter((what) => what !== 'three')).toEqual(['one', 'plan', 'two'])
})

test('if one of three pages fails, it is named by its title, the others are exported and served, and the next run makes only that one', async () => {
  await using prepared = await prepare({ slugs, pages: { two: 'fail' } })
  const { cli, calls, dataDir, demo, out } = prepared
  const failure =
    "1 of 3 pages could not be written ('About two'): claude failed: the model is on fire. Try again to generate only those.\n2 pages are published ("
  await using first = demo('--once', '--out', out)
  expect(await first.ended()).toBe(1)
  expect(first.output()).toContain(failure)
  expect((await readdir(out)).filter(withPages).sort()).toEqual(['404.html', 'index.html', 'one.html', 'three.html'])

  await using second = demo()
  const address = await second.said(/Read it at (\S+)/)
  expect(second.output()).toContain(failure)
  expect((await fetch(`${address}one.html`)).status).toBe(200)
  expect((await fetch(`${address}two.html`)).status).toBe(404)
  expect(await second.end('SIGINT')).toBe(1)

  await cli.rewrite({ slugs })
  const before = (await calls()).length
  await using third = demo()
  const url = await third.said(/docsfy runs at (\S+)/)
  await third.said(/Read it at/)
  expect((await calls()).length).toBe(before + 1)
  // The demo prints errors alone; what is stored does not depend on that.
  const api = apiOf({ url, adminKey: (await readFile(join(dataDir, 'admin-key'), 'utf8')).trim() })
  expect((await api.get('/api/projects/adder/claude/m/log')).text).toMatch(/ info {2}page 'two' is done \(3 of 3\)\n/)
  expect(await third.end('SIGINT')).toBe(0)
})

test('the demo ends with a message when its generation is aborted', async () => {
  await using prepared = await prepare({ slugs, otherPages: 'wait-for-go' })
  await using demo = prepared.demo()
  const url = await demo.said(/docsfy runs at (\S+)/)
  await demo.said(/writing pages/)
  const api = apiOf({ url, adminKey: (await readFile(join(prepared.dataDir, 'admin-key'), 'utf8')).trim() })
  expect((await api.post('/api/projects/adder/claude/m/abort')).status).toBe(200)
  expect(await demo.ended()).toBe(1)
  expect(demo.output()).toContain('\nGeneration aborted by user\nNothing is published yet.')
})

test('when nothing can be generated, the demo gives the reason and says what to do', async () => {
  await using prepared = await prepare({ slugs, plan: 'bad-key' })
  await using demo = prepared.demo('--once', '--out', prepared.out)
  expect(await demo.ended()).toBe(1)
  expect(demo.output()).toMatch(
    /no such key.*\nNothing is published yet\. Run the same command to try again; finished pages are kept\.\n$/,
  )
})
