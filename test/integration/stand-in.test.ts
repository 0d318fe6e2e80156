import { cp, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { pagesOf } from '../../shared/plan.ts'
import { emptyProject, hostileProject, pythonProject, serviceProject, typescriptProject } from './stand-in-projects.ts'
import { ask, cloneOf, pagePrompt, problemsOf, siteOf, textOutsideCode } from './stand-in-site.ts'

const timeout = 120_000

async function expectSoundSite(root: string) {
  const { plan, pages } = await siteOf(root)
  const slugs = pagesOf(plan).map(({ slug }) => slug)
  expect(new Set(slugs).size).toBe(slugs.length)
  expect(new Set(pagesOf(plan).map(({ title }) => title)).size).toBe(slugs.length)
  for (const [slug, markdown] of pages)
    expect({ slug, problems: problemsOf(root, markdown, slugs) }).toEqual({ slug, problems: [] })
  return { plan, pages, slugs }
}

test('a TypeScript project gets pages that answer what a newcomer asks', { timeout }, async () => {
  const { plan, pages, slugs } = await expectSoundSite(await cloneOf(typescriptProject))
  expect(plan).toMatchObject({ project_name: 'calendar-keeper', tagline: 'Keeps appointments in order' })
  expect(slugs).toEqual(
    expect.arrayContaining(['overview', 'getting-started', 'architecture', 'public-api', 'configuration']),
  )
  expect(slugs).toEqual(expect.arrayContaining(['commands', 'tests', 'dependencies', 'contributing', 'guide-storage']))
  expect(pages.get('overview')).toMatch(/Licence \| `MIT` \| \[package.json, line \d+\]/)
  expect(pages.get('getting-started')).toContain('```sh source=README.md#L10-L10\nnpm install calendar-keeper\n```')
  expect(pages.get('getting-started')).toContain('[the storage guide](guide-storage.md)')
  expect(pages.get('public-api')).toContain('Books a slot, or says who has it.')
  expect(pages.get('public-api')).toMatch(/```ts source=src\/book.ts#L3-L8\n\/\*\* Books a slot/)
  expect(pages.get('configuration')).toMatch(
    /`KEEPER_URL` \| `const url = process.env.KEEPER_URL \?\? 'http:\/\/localhost'`/,
  )
  expect(pages.get('configuration')).toMatch(/\| `KEEPER_TOKEN` \|/)
  expect(pages.get('commands')).toMatch(/`npm run build` \| `tsc -p .` \| \[package.json, line \d+\]/)
  expect(pages.get('commands')).toMatch(/`--verbose` \| Say more/)
  expect(pages.get('tests')).toContain('- books a free slot\n')
  expect(pages.get('tests')).toContain('`vitest ^5.0.0`')
  expect(pages.get('dependencies')).toContain('| `zod` | `^4.0.0` |')
  expect(pages.get('contributing')).toContain('Send small changes.')
})

test('a Python project gets pages that answer what a newcomer asks', { timeout }, async () => {
  const { plan, pages, slugs } = await expectSoundSite(await cloneOf(pythonProject))
  expect(plan).toMatchObject({ project_name: 'tides', tagline: 'Reads tide tables.' })
  expect(slugs).toEqual(expect.arrayContaining(['overview', 'getting-started', 'public-api', 'commands', 'tests']))
  expect(pages.get('overview')).toMatch(/Version \| `0.3.0` \| \[pyproject.toml, line 3\]/)
  expect(pages.get('getting-started')).toContain('`Python >=3.10` ([pyproject.toml, line 5]')
  expect(pages.get('public-api')).toMatch(/exports 2 names: `read_tides`, `Tide`/)
  expect(pages.get('public-api')).toContain(
    '```python source=tides/reader.py#L4-L11\ndef read_tides(path: str) -> list["Tide"]:',
  )
  expect(pages.get('public-api')).not.toContain('_internal')
  expect(pages.get('configuration')).toMatch(/\| `TIDES_HOME` \|/)
  expect(pages.get('configuration')).toMatch(/\| `TIDES_ZONE` \|/)
  expect(pages.get('commands')).toMatch(/`--station` \| Name of the station/)
  expect(pages.get('commands')).toContain('| `tides` | `tides.cli:main` |')
  expect(pages.get('tests')).toContain('- test_reads_two_tides\n')
  expect(pages.get('dependencies')).toContain('| `httpx` | `>=0.27` |')
})

test('the same clone gives the same plan and pages', { timeout }, async () => {
  const root = await cloneOf(typescriptProject)
  expect(await siteOf(root)).toEqual(await siteOf(root))
})

test('a prompt that lists no pages gets the same page as one that lists the pages of the plan', {
  timeout,
}, async () => {
  const setup = '# Set "it" up\n\nLike so.\n\n## One\n\n1\n\n2\n\n3\n\n## Two\n\n4\n'
  const root = await cloneOf({ ...typescriptProject, 'docs/a.md': setup, 'docs/b.md': setup.replaceAll('1', 'one') })
  const { plan, pages } = await expectSoundSite(root)
  const titles = new Map(pagesOf(plan).map(({ slug, title }) => [slug, title]))
  expect(titles.get('guide-b')).toBe('Set "it" up (docs/b.md)')
  for (const slug of ['guide-b', 'code-src'])
    expect(await ask(root, pagePrompt(titles.get(slug) ?? ''))).toBe(pages.get(slug))
})

test('a README and one file still give an honest small site', { timeout }, async () => {
  const { slugs, pages } = await expectSoundSite(
    await cloneOf({
      'README.md': '# tiny\n\nAdds numbers.\n',
      'add.py': 'def add(a, b):\n    """Adds."""\n    return a + b\n',
    }),
  )
  expect(slugs.length).toBeLessThan(8)
  expect(pages.get('overview')).toContain('Adds numbers.')
  expect([...pages.values()].join()).toContain('```python source=add.py#L1-L3')
})

test('documents with names in other scripts have pages of their own', { timeout }, async () => {
  const storage = typescriptProject['docs/storage.md']
  const { slugs } = await expectSoundSite(
    await cloneOf({ 'README.md': '# x\n\nx.\n', 'docs/配置.md': storage, 'docs/старт.md': storage }),
  )
  expect(slugs).toEqual(expect.arrayContaining(['guide-peizhi', 'guide-start']))
})

test('an empty clone gives an overview that says so', { timeout }, async () => {
  const { pages } = await expectSoundSite(await cloneOf(emptyProject))
  expect(pages.get('overview')).toContain('There is no README to quote from')
})

test('text of a hostile repository stays text', { timeout }, async () => {
  const { plan, pages } = await expectSoundSite(await cloneOf(hostileProject))
  expect(plan.project_name).toBe('The page: "Overview".')
  // Possible markup appears only in code. Outside of code a page has only its own end mark.
  for (const markdown of pages.values()) {
    const prose = textOutsideCode(markdown)
    expect(prose).not.toContain('attack.example')
    expect(prose.match(/docsfy:end/g)).toHaveLength(1)
  }
})

test('pages leave out links, credentials, and anything installed, built, minified, binary or huge', {
  timeout,
}, async () => {
  const outside = await cloneOf({
    'outside.md': '# Outside\n\nfromOutside\n',
    'src/leak.ts': 'export const fromOutside = 1\n',
  })
  const root = await cloneOf({
    ...typescriptProject,
    '.env': 'TOKEN=fromEnv\n',
    'deploy.pem': 'fromKey\n',
    'node_modules/left/index.js': 'export const fromModules = 1\n',
    'dist/index.js': 'export const fromDist = 1\n',
    'src/bundle.min.js': 'export const fromMinified=1\n',
    'src/huge.ts': `export const fromHuge = 1\n${'// filler\n'.repeat(80_000)}`,
    'src/binary.ts': 'export const fromBinary = "\0"\n',
  })
  await writeFile(join(root, 'src', 'latin1.ts'), Buffer.from('export const fromLatin1 = "\xe9"\n', 'latin1'))
  await symlink(join(outside, 'outside.md'), join(root, 'docs', 'linked.md'))
  await symlink(join(outside, 'src'), join(root, 'src', 'linked'))
  const { pages } = await expectSoundSite(root)
  expect([...pages.values()].join('\n')).not.toMatch(
    /from(Outside|Env|Key|Modules|Dist|Minified|Huge|Binary|Latin1)|linked|deploy\.pem|huge\.ts/,
  )
})

let made: ReturnType<typeof expectSoundSite> | undefined
const serviceSite = () => (made ??= cloneOf(serviceProject).then(expectSoundSite))

test('pages describe folders, files, scripts and settings as the repository does', {
  timeout,
}, async () => {
  const { plan, pages } = await serviceSite()
  const described = new Map(pagesOf(plan).map(({ slug, description }) => [slug, description]))
  expect(described.get('code-runner')).toMatch(/^what does the work \(/)
  expect(pages.get('architecture')).toContain('| what does the work ([README.md, line 12]')
  expect(pages.get('architecture')).toMatch(/\(source:server\/main.ts#L1-L2\) \| `npm start` \|/)
  expect(pages.get('code-runner')).toMatch(/\| `fetchTide` – Fetches one tide. \|/)
  expect(pages.get('configuration')).toMatch(/\| `PORT` \| Where it listens. \|.*\.env\.example, line 2/)
  expect(pages.get('configuration')).not.toMatch(/`SIGINT`/)
  expect(pages.get('commands')).toMatch(/`--deep`/)
})

test('a document gets its own complete page, whatever its name; diagrams are mentioned, not shown', {
  timeout,
}, async () => {
  const { pages } = await serviceSite()
  expect(pages.get('guide-security')).toContain('The last paragraph.')
  expect(pages.get('guide-security')).toContain('Here the document has a diagram: [docs/security.md, lines 3–6]')
  expect(pages.get('guide-security')).toContain('- `owner` – whose')
  expect(pages.get('contributing') ?? '').not.toContain('security')
  expect([...pages.values()].join('\n')).not.toContain('graph TD')
})

test('files that are examples or tests only by name are treated as code, and test names have no placeholders', {
  timeout,
}, async () => {
  const { pages } = await serviceSite()
  expect(pages.get('getting-started') ?? '').not.toContain('Examples')
  expect([...pages].filter(([slug]) => slug.startsWith('code-')).join('\n')).toMatch(
    /server\/demo\/show.ts.*server\/tests.ts/s,
  )
  expect(pages.get('tests')).toContain('- rises\n- falls as deep as asked\n\n')
})

test('lines that end in CR LF are cited as they are', { timeout }, async () => {
  const paths = ['README.md', 'LICENSE', 'package.json', 'src/book.ts'] as const
  const files = Object.fromEntries(paths.map((path) => [path, typescriptProject[path].replaceAll('\n', '\r\n')]))
  await expectSoundSite(await cloneOf(files))
})

test('a page that its own plan does not have is refused', { timeout }, async () => {
  const root = await cloneOf(typescriptProject)
  await expect(ask(root, pagePrompt('Quantum entanglement'))).rejects.toThrow(/has no page “Quantum entanglement”/)
})

test('the shared code of this project reads as documentation', { timeout }, async () => {
  const root = await cloneOf({
    'README.md': '# shared\n\nWhat every process agrees on.\n',
    'package.json': '{\n  "name": "shared",\n  "version": "0.0.7"\n}\n',
  })
  await cp(fileURLToPath(new URL('../../shared', import.meta.url)), join(root, 'shared'), { recursive: true })
  const { pages } = await expectSoundSite(root)
  expect([...pages.values()].join('\n')).toContain('PlannedPage')
  expect(pages.get('overview')).toContain('| Version | `0.0.7` | [package.json, line 3]')
})
