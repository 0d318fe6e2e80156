import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderSite } from '../../runner/site/render-site.ts'
import type { Page } from '../../shared/page.ts'
import type { SiteContext } from '../../shared/site.ts'
import { limits } from '../support/limits.ts'
import { commitFiles, makeRepository, sampleFiles } from '../support/repository.ts'
import { root, temporaryFolder } from '../support/service-process.ts'

const sound = '# Adder\n\nCall [`add`](source:src/add.js#L2), with `npm test` to see [the tests](source:test/).'
const faulty = '# Adder\n\nCall [`add`](source:src/add.js#L3) with `--turbo`.\n\n## Nothing'

const cleanUp = new AsyncDisposableStack()
let folder: string
let repository: string
let commit: string

beforeAll(async () => {
  folder = cleanUp.use(await temporaryFolder('evaluate')).path
  repository = join(folder, 'adder')
  commit = await makeRepository(repository, sampleFiles)
  // What is checked out now is another commit, with a change that is none.
  await commitFiles(repository, { 'src/add.js': `// moved\n\n\n${sampleFiles['src/add.js']}` })
  await writeFile(join(repository, 'src/add.js'), 'changed')
})
afterAll(async () => await cleanUp.disposeAsync())

async function writeSite(name: string, markdown: string, of: string = commit, language = 'en'): Promise<string> {
  const site = join(folder, name)
  const page: Page = { slug: 'adder', title: 'Adder', description: '', markdown, citations: [] }
  const context: SiteContext = {
    plan: { project_name: 'Adder', tagline: '', navigation: [{ group: 'All', pages: [page] }] },
    ...{ browseUrl: null, commit: of, ref: 'main', generatedAt: '2025-05-01T12:00:00.000Z', writtenBy: 'claude / m' },
    language,
  }
  for (const { path, body } of await renderSite([page], context)) {
    await mkdir(dirname(join(site, path)), { recursive: true })
    await writeFile(join(site, path), body)
  }
  return site
}

async function evaluate(...args: string[]) {
  const program = `${root}runner/evaluate/main.ts`
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args], {
    reject: false,
    timeout: limits.test,
  })
  return { exitCode, stdout, stderr }
}

test('a sound site of an earlier commit has no faults, whatever is checked out now', async () => {
  const site = await writeSite('sound', sound)
  expect(await evaluate(site, '--repository', repository, '--summary')).toEqual({
    exitCode: 0,
    stdout:
      '1 page; 2 citations: 2 right, 0 off, 0 wrong; 0 of 0 sections without a source, 0 empty; 0 dead links; 0 unknown options and commands; 0 repeated paragraphs; 1 of 3 exported names mentioned',
    stderr: '',
  })
})

test('a site in another language is read like one in English', async () => {
  const site = await writeSite('german', sound, commit, 'de')
  const { exitCode, stdout } = await evaluate(site, '--repository', repository, '--summary')
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('1 page; 2 citations: 2 right, 0 off, 0 wrong;')])
})

test('a picture that the site lacks is a dead link', async () => {
  const site = await writeSite('pictures', sound)
  const page = join(site, 'adder.html')
  await writeFile(join(site, 'assets/there.png'), '')
  const pictures = '<img src="assets/there.png" alt=""><img src="assets/gone.png" alt=""></main>'
  await writeFile(page, (await readFile(page, 'utf8')).replace('</main>', pictures))
  const { exitCode, stdout } = await evaluate(site, '--repository', repository)
  expect(exitCode).toBe(1)
  expect(stdout).toContain('adder.html: assets/gone.png\n')
  expect(stdout).not.toContain('there.png')
})

test('faults are listed with their pages, as text and as JSON, and give exit code 1', async () => {
  const site = await writeSite('faulty', faulty)
  const { exitCode, stdout } = await evaluate(site, '--repository', repository)
  expect(exitCode).toBe(1)
  expect(stdout).toContain(
    'adder.html: "add" at src/add.js#L3-L3: the name is not in these lines; see src/add.js#L2-L2\n',
  )
  expect(stdout).toContain('adder.html: --turbo\n')
  expect(stdout).toContain('Empty sections (1):\n  adder.html: Nothing\n')
  const json = await evaluate(site, '--repository', repository, '--json')
  expect(json.exitCode).toBe(1)
  expect(JSON.parse(json.stdout)).toMatchObject({
    commit,
    off: [{ page: 'adder.html', fault: 'no-name', isMarked: false }],
    commands: [{ page: 'adder.html', text: '--turbo' }],
  })
})

test('what cannot be evaluated gives exit code 2 and a message that says why', async () => {
  const [site, other] = [await writeSite('sound', sound), await writeSite('other', sound, '0'.repeat(40))]
  const failed = [
    [[site], /^Judges a published site/],
    [[site, '--repository', join(folder, 'gone')], /is no folder\.$/],
    [
      [repository, '--repository', repository],
      /has no pages of a site\. Give the folder that its index\.html is in\.$/,
    ],
    [
      [other, '--repository', repository],
      /doesn't have the commit 0{40}, which the site documents\. Fetch it first\.$/,
    ],
  ] as const
  for (const [args, message] of failed) {
    const { exitCode, stderr } = await evaluate(...args)
    expect({ args, exitCode }).toEqual({ args, exitCode: 2 })
    expect(stderr).toMatch(message)
  }
})

test('a folder that is no repository is compared as it is', async () => {
  const site = await writeSite('sound', sound)
  const plain = join(folder, 'plain')
  await mkdir(join(plain, 'src'), { recursive: true })
  await writeFile(join(plain, 'src/add.js'), sampleFiles['src/add.js'] ?? '')
  const { exitCode, stdout, stderr } = await evaluate(site, '--repository', plain, '--summary')
  expect(stderr).toContain('as they are')
  expect({ exitCode, citations: stdout.split('; ')[1] }).toEqual({
    exitCode: 1,
    citations: '2 citations: 1 right, 0 off, 1 wrong',
  })
})
