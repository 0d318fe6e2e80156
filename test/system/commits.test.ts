import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { StoredPage } from '../../shared/page.ts'
import { writeCitingCli } from '../support/citing-cli.ts'
import { leastCalls } from '../support/least-calls.ts'
import { openOwnRunner } from '../support/own-runner.ts'
import { commitFiles, gitIn, makeRepository } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { contentOf, publishedHtml, publishedPages, staleCitations } from '../support/site-truth.ts'
import { openTestStores } from '../support/test-stores.ts'

const func = (name: string, value: number) => `export function ${name}() {\n  return ${value}\n}\n`
const alpha = (value: number) => `${func('alphaOne', value)}\n${func('alphaTwo', 2)}`
const beta = `${func('betaOne', 1)}\n${func('betaTwo', 2)}`
const gamma = (value: number) => `${func('gammaOne', 1)}\n${func('gammaTwo', value)}`
const tool = 'def toolOne():\n    return 1\n\ndef toolTwo():\n    return 2\n'
const hundredLines = `${Array.from({ length: 99 }, (_, index) => `# Note ${index}: nothing here is code`).join('\n')}\n\n`

const files = {
  'README.md': '# Letters\n\nNames letters.\n',
  'package.json': '{ "name": "letters" }\n',
  'package-lock.json': '{ "version": 1 }\n',
  '.github/workflows/ci.yml': 'on: push\n',
  'notes.txt': 'Nothing yet.\n',
  'src/alpha.ts': alpha(1),
  'src/beta.ts': beta,
  'src/gamma.ts': gamma(1),
  'src/delta.ts': func('deltaOne', 1),
  'lib/tool.py': tool,
  'docs/guide.md': '# Guide\n\nRead this.\n',
}

interface Entry {
  slug: string
  title?: string
  description?: string
  files?: string[]
}
const entry = (slug: string, ...paths: string[]): Entry => ({
  ...{ slug, title: `About ${slug}`, description: `What ${slug} is`, files: paths },
})
const pages = [
  entry('overview', 'README.md', 'package.json'),
  entry('alpha', 'src/alpha.ts'),
  entry('beta', 'src/beta.ts', 'src/alpha.ts'),
  entry('gamma', 'src/gamma.ts'),
  entry('delta', 'src/delta.ts'),
  entry('tool', 'lib/tool.py'),
  entry('guide', 'docs/guide.md'),
]
const planOf = (listed: Entry[], more: object = {}) => ({
  ...{ project_name: 'Letters', navigation: [{ group: 'All', pages: listed }] },
  ...more,
})
/** What a model answers whose plan stays. */
const stays = (slugs: string[], more: object = {}) =>
  planOf(
    slugs.map((slug) => ({ slug })),
    more,
  )
const slugs = pages.map(({ slug }) => slug)
const withEpsilon = [...slugs, 'epsilon']

interface Step {
  name: string
  commit(repository: string): Promise<unknown>
  /** What the model answers if it is asked for the plan. */
  plan?: object
  /** The calls that it should take, and the pages whose cited lines have moved. */
  calls: string[]
  moved?: string[]
  upToDate?: true
}

const about = (...names: string[]) => names.map((name) => `About ${name}`)

const write = (changed: Record<string, string>) => async (repository: string) => await commitFiles(repository, changed)
const move = async (repository: string, from: string, to: string) => {
  await mkdir(dirname(join(repository, to)), { recursive: true })
  await rename(join(repository, from), join(repository, to))
}

const steps: Step[] = [
  { name: 'the first commit', commit: async () => undefined, plan: planOf(pages), calls: ['plan', ...about(...slugs)] },
  {
    name: 'an empty commit',
    commit: async (repository) => await gitIn(repository, 'commit', '-q', '--allow-empty', '-m', 'empty'),
    calls: [],
    upToDate: true,
  },
  { name: 'only a lock file', commit: write({ 'package-lock.json': '{ "version": 2 }\n' }), calls: [] },
  { name: 'only a CI file', commit: write({ '.github/workflows/ci.yml': 'on: [push]\n' }), calls: [] },
  {
    name: 'only a mode',
    commit: async (repository) => {
      await chmod(join(repository, 'lib/tool.py'), 0o755)
      await commitFiles(repository, {})
    },
    calls: [],
  },
  { name: 'a cited function', commit: write({ 'src/gamma.ts': gamma(2) }), calls: ['plan', ...about('gamma')] },
  { name: 'a file that no page cites', commit: write({ 'notes.txt': 'Something.\n' }), calls: ['plan'] },
  {
    name: 'a rename',
    commit: async (repository) => {
      await move(repository, 'src/delta.ts', 'src/core/delta.ts')
      await commitFiles(repository, {})
    },
    calls: ['plan'],
    moved: ['delta'],
  },
  {
    name: 'only white space',
    commit: async (repository) =>
      await commitFiles(repository, { 'src/beta.ts': `\n\n${beta.replace('}\n\n', '}\n\n\n')}` }),
    calls: [],
    moved: ['beta'],
  },
  {
    name: 'a cited file moves by 100 lines',
    commit: write({ 'lib/tool.py': hundredLines + tool }),
    plan: stays(slugs, { rewrite: [] }),
    calls: ['plan'],
    moved: ['tool'],
  },
  {
    name: 'a function on two pages',
    commit: write({ 'src/alpha.ts': alpha(3) }),
    calls: ['plan', ...about('alpha', 'beta')],
  },
  {
    name: 'its revert',
    commit: async (repository) => await gitIn(repository, 'revert', '--no-edit', 'HEAD'),
    calls: ['plan', ...about('alpha', 'beta')],
  },
  {
    name: 'a new file with a page',
    commit: write({ 'src/epsilon.ts': func('epsilonOne', 1) }),
    plan: planOf([...slugs.map((slug) => ({ slug })), entry('epsilon', 'src/epsilon.ts')]),
    calls: ['plan', ...about('epsilon')],
  },
  {
    name: 'a merge',
    commit: async (repository) => {
      await gitIn(repository, 'checkout', '-q', '-b', 'side', 'HEAD~1')
      await commitFiles(repository, { 'docs/guide.md': '# Guide\n\nRead this first.\n' })
      await gitIn(repository, 'checkout', '-q', 'main')
      await commitFiles(repository, { 'src/gamma.ts': gamma(3) })
      await gitIn(repository, 'merge', '-q', '--no-edit', 'side')
    },
    plan: stays(withEpsilon),
    calls: ['plan', ...about('gamma', 'guide')],
  },
  {
    name: 'the file of a page is deleted',
    commit: async (repository) => {
      await rm(join(repository, 'src/epsilon.ts'))
      await commitFiles(repository, {})
    },
    plan: stays(slugs, { rewrite: [], remove: ['epsilon'] }),
    calls: ['plan'],
  },
  {
    name: 'a rename with a change',
    commit: async (repository) => {
      await move(repository, 'src/gamma.ts', 'src/core/gamma.ts')
      await commitFiles(repository, { 'src/core/gamma.ts': gamma(4) })
    },
    plan: planOf(slugs.map((slug) => (slug === 'gamma' ? { slug, files: ['src/core/gamma.ts'] } : { slug }))),
    calls: ['plan', ...about('gamma')],
  },
  {
    name: 'a function is cut and pasted within its file',
    commit: async (repository) => {
      const text = await readFile(join(repository, 'lib/tool.py'), 'utf8')
      const one = 'def toolOne():\n    return 1\n\n'
      await commitFiles(repository, { 'lib/tool.py': `${text.replace(one, '')}\n${one.trimEnd()}\n` })
    },
    plan: stays(slugs, { rewrite: [] }),
    calls: ['plan'],
    moved: ['tool'],
  },
  { name: 'only a picture', commit: write({ 'docs/logo.png': 'not really' }), calls: [] },
  {
    name: 'the plan changes a page',
    commit: write({ 'notes.txt': 'The guide must tell more.\n' }),
    plan: planOf(slugs.map((slug) => (slug === 'guide' ? { slug, description: 'More of it' } : { slug }))),
    calls: ['plan', ...about('guide')],
  },
  {
    name: 'the model finds a page to be wrong',
    commit: write({ 'notes.txt': 'Delta is old.\n' }),
    plan: stays(slugs, { rewrite: ['delta'] }),
    calls: ['plan', ...about('delta')],
  },
  {
    name: 'a folder moves',
    commit: async (repository) => {
      await move(repository, 'lib', 'tools')
      await commitFiles(repository, {})
    },
    calls: ['plan'],
    moved: ['tool'],
  },
]

test('a commit costs a call for the plan and one for each page whose sources changed, and every citation stays true', async () => {
  await using folder = await temporaryFolder('commits')
  await using stores = await openTestStores(join(folder.path, 'data'))
  const repository = join(folder.path, 'letters')
  await makeRepository(repository, files)
  const cli = await writeCitingCli(folder.path)
  const runner = await openOwnRunner(stores, { repository, cli: cli.path, folder: folder.path })
  let before: { pages: Map<string, StoredPage>; html: Map<string, string>; commit: string } | undefined
  const table: object[] = []
  const wrong: string[] = []
  for (const step of steps) {
    await step.commit(repository)
    await cli.follow({ plan: step.plan ?? stays(slugs) })
    const { outcome, record, log } = await runner.generate()
    if (outcome !== 'ready') throw new Error(`${step.name}: ${record.errorMessage}\n${log.join('\n')}`)
    const calls = (await cli.newCalls()).map(({ what }) => what).toSorted()
    const commit = await gitIn(repository, 'rev-parse', 'HEAD')
    const least = before ? await leastCalls(repository, before, commit) : steps[0]?.calls.length
    table.push({
      step: step.name,
      calls: calls.length,
      least,
      full: 1 + (record.totalPages ?? before?.pages.size ?? 0),
    })
    const say = (problem: string) => wrong.push(`${step.name}: ${problem}`)
    if (calls.join() !== step.calls.toSorted().join()) say(`asked for ${calls.join(', ')}`)
    if ((record.stage === 'up_to_date') !== (step.upToDate ?? false)) say(`the stage is ${record.stage}`)
    if (!step.upToDate && record.published?.commit !== commit) say('the site is not of this commit')
    const now = await publishedPages(stores.bucket, record, repository)
    const html = new Map<string, string>()
    for (const slug of now.keys()) html.set(slug, await publishedHtml(stores.bucket, record, slug))
    for (const [slug, page] of now) {
      for (const stale of await staleCitations(repository, commit, page)) say(`stale: ${stale}`)
      for (const { path, startLine, endLine } of page.citations) {
        const title = startLine === endLine ? `${path}, line ${startLine}` : `${path}, lines ${startLine}–${endLine}`
        if (!html.get(slug)?.includes(`title="${title}"`)) say(`${slug} does not show ${title}`)
      }
      const former = before?.pages.get(slug)
      if (!former || calls.includes(page.title)) continue
      const isMoved = step.moved?.includes(slug) ?? false
      if ((former.markdown !== page.markdown) !== isMoved) say(`${slug} was ${isMoved ? 'not ' : ''}changed`)
      if (!isMoved && contentOf(before?.html.get(slug) ?? '') !== contentOf(html.get(slug) ?? ''))
        say(`${slug}.html differs`)
    }
    const written = calls.filter((what) => what !== 'plan').length
    if (!step.upToDate && record.published?.keptPages !== now.size - written) say(`kept ${record.published?.keptPages}`)
    if (record.published?.pageCount !== now.size)
      say(`${now.size} of ${record.published?.pageCount} pages fit the commit`)
    before = { pages: now, html, commit }
  }
  console.table(table)
  expect(wrong).toEqual([])
})
