import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clone } from '../support/clone.ts'
import { type GitServer, serveGit } from '../support/git-http.ts'
import { makeBare, type ObjectWriter, treeEntry } from '../support/git-objects.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { ask, pagePrompt, planPrompt } from './stand-in-site.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let git: GitServer

beforeAll(async () => {
  folder = await temporaryFolder('repositories')
  git = await serveGit(folder.path)
})
afterAll(async () => {
  await git?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

/** A bare repository that git's own HTTP server serves. */
const serve = async (name: string, make: (objects: ObjectWriter) => string): Promise<string> =>
  await makeBare(join(folder.path, `group/${name}.git`), make)

/** Clones from that server. Returns the clone's folder and what came of it. */
async function cloneOf(name: string, askedRef: string | null = null) {
  const path = join(folder.path, `${name}-clone`)
  const options = { allowedPrivateHosts: [git.host], askedRef, maxMib: 20 }
  const outcome = await clone(path, `${git.url}/group/${name}`, options).catch(({ message }: Error) => ({ message }))
  return { path: join(path, 'clone'), outcome }
}

const file = (objects: ObjectWriter, path = 'a.txt', content = 'Hello\n') =>
  treeEntry('100644', path, objects.blob(content))

describe('old faults in the commit that is documented do not matter', () => {
  const faults: Record<string, (objects: ObjectWriter) => string> = {
    'zero-padded modes': (objects) =>
      objects.commit(objects.tree(file(objects), treeEntry('040000', 'folder', objects.tree(file(objects))))),
    'an odd time zone': (objects) =>
      objects.commit(objects.tree(file(objects)), 'A <a@example.com> 1700000000 +051800'),
    'no space before the mail': (objects) =>
      objects.commit(objects.tree(file(objects)), 'A<a@example.com> 1700000000 +0000'),
    'an odd URL in .gitmodules': (objects) =>
      objects.commit(
        objects.tree(file(objects, '.gitmodules', '[submodule "x"]\n\tpath = x\n\turl = -u./x\n'), file(objects)),
      ),
    'a long line in .gitattributes': (objects) =>
      objects.commit(objects.tree(file(objects, '.gitattributes', `${'x'.repeat(3_000)} text\n`), file(objects))),
  }
  test.each(Object.entries(faults))('%s', async (fault, make) => {
    const name = fault.replaceAll(/\W/g, '-')
    const commit = await serve(name, make)
    const { path, outcome } = await cloneOf(name)
    expect(outcome).toMatchObject({ commit, ref: 'main' })
    expect(await readFile(join(path, 'a.txt'), 'utf8')).toBe('Hello\n')
  })

  test.each(['.git', '.GIT', 'git~1', '..', '.g\u200cit'])('but a tree with the name %j is refused', async (entry) => {
    const name = `look-alike-${Buffer.from(entry).toString('hex')}`
    await serve(name, (objects) => objects.commit(objects.tree(treeEntry('40000', entry, objects.tree(file(objects))))))
    expect((await cloneOf(name)).outcome).toMatchObject({
      message: expect.stringMatching(/has an object that git refuses as damaged or unsafe: [0-9a-f]{40}, hasDot\w+ /),
    })
  })
})

describe('a HEAD whose branch does not exist', () => {
  const serveBranches = async (name: string, ...branches: string[]) => {
    const commit = await serve(name, (objects) => objects.commit(objects.tree(file(objects))))
    const repository = join(folder.path, `group/${name}.git`)
    for (const branch of branches) await gitIn(repository, 'update-ref', `refs/heads/${branch}`, commit)
    await gitIn(repository, 'update-ref', '-d', 'refs/heads/main')
    return commit
  }

  test.each([null, 'main'])('is replaced by the only branch when %j is asked for', async (askedRef) => {
    const commit = await serveBranches(`only-${askedRef}`, 'feature/only')
    expect((await cloneOf(`only-${askedRef}`, askedRef)).outcome).toMatchObject({ commit, ref: 'feature/only' })
  })

  test('leaves the choice among several to the user', async () => {
    await serveBranches('several', ...Array.from({ length: 12 }, (_, index) => `b${String(index).padStart(2, '0')}`))
    expect((await cloneOf('several')).outcome).toEqual({
      message:
        "The repository's default branch doesn't exist. Try again with one of its 12 branches: b00, b01, b02, b03, b04, b05, b06, b07, b08, b09, …",
    })
  })

  test('of a repository without branches means that there is nothing to document', async () => {
    await serveBranches('none')
    expect((await cloneOf('none')).outcome).toEqual({ message: 'The repository has no commit to document yet' })
  })
})

test('a repository with SHA-256 ids is documented', async () => {
  const work = join(folder.path, 'work-sha256')
  await gitIn(folder.path, 'init', '-q', '-b', 'main', '--object-format=sha256', 'work-sha256')
  await writeFile(join(work, 'a.txt'), 'a\n')
  await gitIn(work, 'add', '-A')
  await gitIn(work, 'commit', '-q', '-m', 'files')
  const commit = await gitIn(work, 'rev-parse', 'HEAD')
  await gitIn(folder.path, 'clone', '-q', '--bare', 'work-sha256', 'group/sha256.git')
  expect(commit).toMatch(/^[0-9a-f]{64}$/)
  expect((await cloneOf('sha256')).outcome).toMatchObject({ commit, ref: 'main' })
})

describe('the README that the stand-in quotes', () => {
  const overview = async (name: string, make: (objects: ObjectWriter) => Buffer[]) => {
    await serve(name, (objects) => objects.commit(objects.tree(...make(objects))))
    const { path, outcome } = await cloneOf(name)
    expect(outcome).toHaveProperty('commit')
    const tagline = JSON.parse(await ask(path, planPrompt)).tagline
    return { path, tagline, page: await ask(path, pagePrompt('Overview', [{ title: 'Overview', slug: 'overview' }])) }
  }
  const link = (objects: ObjectWriter, name: string, target: string) => treeEntry('120000', name, objects.blob(target))

  test('is the file that a link leads to inside the clone, which is cited', async () => {
    const { page, tagline, path } = await overview('linked', (objects) => [
      link(objects, 'README.md', 'docs/../packages/x/README.md'),
      treeEntry(
        '40000',
        'packages',
        objects.tree(treeEntry('40000', 'x', objects.tree(file(objects, 'README.md', '# X\n\nCounts whales.\n')))),
      ),
    ])
    expect(await readFile(join(path, 'README.md'), 'utf8')).toBe('docs/../packages/x/README.md')
    expect(tagline).toBe('Counts whales.')
    expect(page).toContain('Counts whales.')
    expect(page).toContain('source:packages/x/README.md#L')
    expect(page).not.toContain('docs/..')
  })

  test.each(['../../etc/passwd', '/etc/passwd', 'README.md', 'nowhere.md'])(
    'is nothing for a link to %s',
    async (to) => {
      const name = `linked-${to.replaceAll(/\W/g, '-')}`
      const { page, tagline } = await overview(name, (objects) => [link(objects, 'README.md', to), file(objects)])
      expect(tagline).toBe('')
      expect(page).toContain('There is no README to quote from.')
      expect(page).not.toMatch(/passwd|nowhere|root:/)
    },
  )

  test('is not a pointer of Git LFS, and the page says so', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`
    const { page, tagline } = await overview('lfs', (objects) => [file(objects, 'README.md', pointer)])
    expect(tagline).toBe('')
    expect(page).toContain('The README is stored in Git LFS, and this clone only has a pointer to it')
    expect(page).not.toContain('sha256')
  })

  test.each(['utf-16le', 'utf-16be'])('is decoded by its byte order mark: %s', async (encoding) => {
    const little = Buffer.from('\uFEFF# Whales\n\nCounts whales in the Zürichsee.\n', 'utf16le')
    const bytes = encoding === 'utf-16le' ? little : Buffer.from(little).swap16()
    const { page, tagline } = await overview(encoding, (objects) => [
      treeEntry('100644', 'README.md', objects.blob(bytes)),
    ])
    expect(tagline).toBe('Counts whales in the Zürichsee.')
    expect(page).toContain('Counts whales in the Zürichsee.')
  })
})

// Only root can give files away.
describe.skipIf(process.getuid?.() !== 0)("another user's folder", () => {
  test.each(['plain', 'with "quotes" and \\'])('is documented: %s', async (name) => {
    const path = join(folder.path, name)
    const commit = await makeRepository(path, sampleFiles)
    execFileSync('chown', ['-R', '4321:4321', path])
    const cloned = await clone(join(folder.path, `${name}-clone`), pathToFileURL(path).href, { maxMib: 20 })
    expect(cloned).toMatchObject({ commit, ref: 'main' })
  })
})

describe('a tree that file systems cannot hold', () => {
  /** Folders inside each other, with a file at the end. */
  const nested = (objects: ObjectWriter, depth: number, folderName: string): string => {
    let tree = objects.tree(file(objects, 'a'))
    for (let level = 0; level < depth; level++) tree = objects.tree(treeEntry('40000', folderName, tree))
    return objects.commit(tree)
  }

  test('a path of 4,049 bytes is no obstacle', async () => {
    const commit = await serve('long', (objects) => nested(objects, 16, 'x'.repeat(252)))
    const { path, outcome } = await cloneOf('long')
    expect(outcome).toMatchObject({ commit })
    execFileSync('rm', ['-rf', path])
  })

  test.each([
    ['a path of 4,300 bytes', 17, 'x'.repeat(252)],
    ['5,000 levels', 5_000, 'x'],
  ])('%s: the sentence says so', async (description, depth, folderName) => {
    const name = description.replaceAll(/\W/g, '-')
    await serve(name, (objects) => nested(objects, depth, folderName))
    expect((await cloneOf(name)).outcome).toEqual({
      message:
        "The repository's folders are nested too deeply, or their names are too long: a path may have 4,095 bytes",
    })
  })
})
