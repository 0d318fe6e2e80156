import { execFileSync } from 'node:child_process'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentFiles, instructionFiles } from '../../runner/files/agent-files.ts'
import { credentialFiles } from '../../runner/files/credential-files.ts'
import { logRemoved, neutralise } from '../../runner/stages/neutralise.ts'
import { Provider } from '../../shared/variant.ts'
import { makeRepository } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'

/** A file that a rule is about. */
const fileFor = (pattern: string): string => pattern.replace('*', 'x').replace(/\/$/, '/deep/file')

/** The same name in another case, as a file system that ignores case takes it. */
const inOtherCase = (path: string): string =>
  [...path].map((letter, index) => (index % 2 === 0 ? letter.toUpperCase() : letter)).join('')

const filesIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).toSorted()
}

const named = (patterns: readonly { pattern: string }[]) => patterns.map(({ pattern }) => fileFor(pattern))

test.each(Provider.options)(
  'for %s, every agent file and every credential file is gone: at the top, deep down, and in another case',
  async (provider) => {
    await using folder = await temporaryFolder('neutralise')
    const clone = join(folder.path, 'adder')
    const files = [...named(agentFiles), ...named(credentialFiles)]
    const all = files.flatMap((path) => [path, `packages/deep/${path}`, `cased/${inOtherCase(path)}`])
    const kept = ['README.md', '.env.example', 'deploy/id_rsa.pub', 'src/claude.ts', '.github/workflows/ci.yml']
    await makeRepository(clone, Object.fromEntries([...all, ...kept].map((path) => [path, 'content'])))
    const removed = await neutralise(clone, provider)
    expect(await filesIn(clone)).toEqual(kept.toSorted())
    expect(removed.left).toEqual([])
    expect(removed.agents).toEqual(expect.arrayContaining(['.claude', 'packages/deep/.mcp.json', '.vscode/mcp.json']))
    expect(removed.credentials).toEqual(expect.arrayContaining(['.env', 'packages/deep/id_rsa', '.aws/credentials']))
  },
)

test('instructions that document the project stay, except for a CLI that would obey them', async () => {
  const files = named(instructionFiles).map((path) => path.toUpperCase())
  const keptFor = async (provider: Provider) => {
    await using folder = await temporaryFolder('neutralise')
    await makeRepository(join(folder.path, 'adder'), Object.fromEntries(files.map((path) => [path, 'content'])))
    await neutralise(join(folder.path, 'adder'), provider)
    return await filesIn(join(folder.path, 'adder'))
  }
  expect(await keptFor('claude')).toEqual(files.toSorted())
  expect(await keptFor('gemini')).toEqual(files.toSorted())
  const forCursor = await keptFor('cursor')
  expect(files.filter((path) => !forCursor.includes(path))).toEqual(['AGENTS.MD', 'CLAUDE.MD', 'CLAUDE.LOCAL.MD'])
})

test("git's folder, which still has the removed files, leaves the clone and is closed to others", async () => {
  await using folder = await temporaryFolder('neutralise')
  const clone = join(folder.path, 'adder')
  const commit = await makeRepository(clone, { '.env': 'KEY=1', 'README.md': 'Hi' })
  await neutralise(clone, 'claude')
  expect(await readdir(clone)).toEqual(['README.md'])
  const [git = ''] = (await readdir(folder.path)).filter((name) => name !== 'adder')
  expect((await stat(join(folder.path, git))).mode & 0o777).toBe(0o700)
  // The commit is whole: pages still cite it.
  const show = ['--git-dir', join(folder.path, git), 'show', `${commit}:.env`]
  expect(execFileSync('git', show, { encoding: 'utf8' })).toBe('KEY=1')
})

test('a folder whose name is not text hides nothing', async () => {
  await using folder = await temporaryFolder('neutralise')
  const clone = join(folder.path, 'adder')
  await makeRepository(clone, { 'README.md': 'Hi' })
  const odd = Buffer.concat([Buffer.from(`${clone}/`), Buffer.from([0xff, 0xfe])])
  await mkdir(odd)
  await writeFile(Buffer.concat([odd, Buffer.from('/.env')]), 'KEY=1')
  await writeFile(Buffer.concat([odd, Buffer.from('/.env.'), Buffer.from([0xfd])]), 'KEY=1')
  const removed = await neutralise(clone, 'claude')
  expect(removed).toMatchObject({ credentials: [expect.stringContaining('.env'), expect.anything()], left: [] })
  expect(await readdir(odd)).toEqual([])
})

test('the log names what was removed, at most twenty of a kind', () => {
  const lines: string[] = []
  const note = (message: string) => lines.push(message)
  const log = { debug: note, info: note, warn: note, error: note }
  logRemoved(log, { agents: [], credentials: [], left: [] })
  expect(lines).toEqual([])
  const credentials = Array.from({ length: 23 }, (_, index) => `${index}.pem`)
  logRemoved(log, { agents: ['.claude', `${'x'.repeat(1_000)}/.mcp.json`], credentials, left: ['a'] })
  expect(lines).toEqual([
    `no AI CLI sees its configuration in the repository: '.claude', '${'x'.repeat(200)}'`,
    expect.stringMatching(/^these files are there to hold credentials.* '0\.pem', .*, '19\.pem' and 3 more$/),
    "these could not be removed from the clone: 'a'",
  ])
})
