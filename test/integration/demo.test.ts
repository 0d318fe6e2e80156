import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import type { VariantView } from '../../api/variant.ts'
import { localClient } from '../../infra/local/api-client.ts'
import { checkProvider } from '../../infra/local/demo/check-provider.ts'
import { exportSite } from '../../infra/local/demo/export-site.ts'
import { findSource } from '../../infra/local/demo/find-source.ts'
import { freePort } from '../../infra/local/demo/free-port.ts'
import { serveReader } from '../../infra/local/demo/serve-reader.ts'
import { descriptors } from '../../shared/providers/descriptors.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { root, temporaryFolder } from '../support/service-process.ts'

const variant = { name: 'a', branch: 'main', ai_provider: 'claude', ai_model: 'm' } as VariantView

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, api: localClient(url, 'key'), [Symbol.asyncDispose]: async () => void server.close() }
}

async function archiveOf(files: Record<string, string>): Promise<Buffer> {
  const archive = pack()
  for (const [name, content] of Object.entries(files)) archive.entry({ name: `site/${name}` }, content)
  archive.finalize()
  return gzipSync(await buffer(archive))
}

const contents = async (folder: string) =>
  (await readdir(folder, { recursive: true })).filter((name) => !name.startsWith('.') && name !== 'assets').sort()

test('an export replaces the earlier one and leaves other files alone', async () => {
  await using folder = await temporaryFolder('export')
  const site = join(folder.path, 'new', 'site')
  const versions = [
    { 'index.html': '1', 'gone.html': '1', 'assets/gone.css': '1' },
    { 'index.html': '2', 'assets/style.css': '2' },
  ]
  const archives = await Promise.all(versions.map(archiveOf))
  await using server = await serve((_, response) => response.end(archives.shift()))
  expect(await exportSite(server.api, variant, site)).toBe(3)
  await writeFile(join(site, 'CNAME'), 'mine')
  expect(await exportSite(server.api, variant, site)).toBe(2)
  expect(await contents(site)).toEqual(['CNAME', 'assets/style.css', 'index.html'])
  expect(await readFile(join(site, 'index.html'), 'utf8')).toBe('2')
})

test('an interrupted download gives a plain message and changes nothing', async () => {
  await using folder = await temporaryFolder('export')
  const whole = await archiveOf({ 'index.html': '1', 'page.html': 'x'.repeat(2000) })
  const archives = [whole, (await archiveOf({ 'index.html': '2' })).subarray(0, -20)]
  await using server = await serve((_, response) => response.end(archives.shift()))
  await exportSite(server.api, variant, folder.path)
  await expect(exportSite(server.api, variant, folder.path)).rejects.toThrow(/^Downloading the site failed: .+$/)
  expect(await contents(folder.path)).toEqual(['index.html', 'page.html'])
  expect(await readFile(join(folder.path, 'index.html'), 'utf8')).toBe('1')
})

test('files outside the folder are never removed, even if the list names them', async () => {
  await using folder = await temporaryFolder('export')
  const site = join(folder.path, 'site')
  await mkdir(site)
  await writeFile(join(folder.path, 'mine'), '')
  await writeFile(join(site, '.docsfy-export'), '../mine\n/etc/hosts\n.docsfy-export\n')
  const archive = await archiveOf({ 'index.html': '1' })
  await using server = await serve((_, response) => response.end(archive))
  await exportSite(server.api, variant, site)
  expect(await contents(folder.path)).toEqual(['mine', 'site', 'site/.docsfy-export', 'site/index.html'])
})

test('the reader only accepts its own host name, so no other site can read with its key', async () => {
  const asked: string[] = []
  await using server = await serve((incoming, response) => {
    asked.push(incoming.url ?? '')
    response.end('the site')
  })
  const reader = await serveReader(server.api, '/docs/a/')
  const { hostname, port, host } = new URL(reader.url)
  const get = async (headers: Record<string, string>) => {
    const [response] = await once(request({ hostname, port, path: '/x.html', headers }).end(), 'response')
    return { status: response.statusCode, text: await text(response) }
  }
  try {
    expect(await get({ Host: `rebound.example:${port}` })).toEqual({ status: 421, text: `Read it at ${reader.url}\n` })
    expect(asked).toEqual([])
    expect(await get({ Host: host })).toEqual({ status: 200, text: 'the site' })
    expect(asked).toEqual(['/docs/a/x.html'])
  } finally {
    await reader.close()
  }
})

const run = async (cwd: string, ...args: string[]) => await runWith({}, cwd, ...args)

const runWith = async (env: Record<string, string>, cwd: string, ...args: string[]) =>
  await promisify(execFile)(process.execPath, args, { cwd, env: { PATH: process.env.PATH, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )

test('a folder with other contents is rejected before any work starts', async () => {
  await using folder = await temporaryFolder('export')
  await writeFile(join(folder.path, 'mine'), '')
  const { code, stdout, stderr } = await run(folder.path, `${root}infra/local/demo.ts`, '--once', '--out', '.')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^.+ is not empty and not from an earlier --out\. .+\n$/)
  expect(await readdir(folder.path)).toEqual(['mine'])
})

test('a provider without a default model needs --model', async () => {
  await using folder = await temporaryFolder('provider')
  const { code, stderr } = await run(folder.path, `${root}infra/local/demo.ts`, '--provider', 'gemini')
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^--provider gemini needs --model, .+\n$/),
  })
})

test('.env is loaded if it exists; if not, nothing is printed', async () => {
  await using folder = await temporaryFolder('env')
  const show = () => run(folder.path, '--import', `${root}infra/local/env-file.ts`, '-p', 'process.env.FROM_FILE')
  expect(await show()).toEqual({ code: 0, stdout: 'undefined\n', stderr: '' })
  await writeFile(join(folder.path, '.env'), 'FROM_FILE=yes\n')
  expect(await show()).toEqual({ code: 0, stdout: 'yes\n', stderr: '' })
})

describe('before anything else, --provider', () => {
  const check = async (folder: string, version: string, answer: { status: number; body: string }, key = 'k') => {
    const cli = join(folder, 'claude.mjs')
    await writeFile(cli, `#!/usr/bin/env node\nconsole.log('${version} (Claude Code)')\n`, { mode: 0o755 })
    const asked: unknown[] = []
    const server = createServer(({ url, headers }, response) => {
      asked.push([url, headers['x-api-key']])
      response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const ANTHROPIC_BASE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    try {
      const variables = { PATH: process.env.PATH, AI_CLI_CLAUDE: cli, ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY: key }
      return { notes: await checkProvider('claude', variables).catch((error: Error) => error.message), asked }
    } finally {
      server.close()
    }
  }
  const refusal = '{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}'

  test('says what is missing, all at once, and how to get it', async () => {
    await using folder = await temporaryFolder('provider')
    const { code, stdout, stderr } = await run(folder.path, `${root}infra/local/demo.ts`, '--provider', 'claude')
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        '--provider claude needs:',
        "- Its CLI: 'claude' was not found or is not executable. Set AI_CLI_CLAUDE to its path, or install it:",
        `    ${descriptors.claude.get.cli}`,
        '- A key: ANTHROPIC_API_KEY is not set. Get one at https://console.anthropic.com/settings/keys, then:',
        '    export ANTHROPIC_API_KEY=…\n',
      ].join('\n'),
    })
  })

  test('says that a key is refused', async () => {
    await using folder = await temporaryFolder('provider')
    const { notes, asked } = await check(folder.path, '9.0.0', { status: 401, body: refusal })
    expect(notes).toContain('--provider claude needs:\n- Another key: the one in ANTHROPIC_API_KEY was refused.')
    expect(asked).toEqual([['/v1/models?limit=1', 'k']])
  })

  test.each([
    [200, '{"data":[]}'],
    [404, 'no such page'],
    [401, 'this gateway has no such list'],
    [500, refusal],
  ])('goes on when the list of models answers %s', async (status, body) => {
    await using folder = await temporaryFolder('provider')
    expect((await check(folder.path, '9.0.0', { status, body })).notes).toEqual([])
  })

  test('mentions a CLI that is older than the one docsfy is tested with', async () => {
    await using folder = await temporaryFolder('provider')
    const { version, cli } = descriptors.claude.get
    const { notes } = await check(folder.path, '2.0.400', { status: 200, body: '{}' })
    expect(notes).toEqual([
      `claude is version 2.0.400; docsfy is tested with ${version}. If it fails, update it:\n  ${cli}`,
    ])
  })
})

test('the CLIs that the demo names are those that docsfy is tested with', async () => {
  const { dependencies, optionalDependencies } = JSON.parse(await readFile(`${root}runner/clis/package.json`, 'utf8'))
  expect(dependencies['@google/gemini-cli']).toBe(descriptors.gemini.get.version)
  expect([...new Set(Object.values(optionalDependencies))]).toEqual([descriptors.claude.get.version])
  for (const { get } of [descriptors.claude, descriptors.gemini]) expect(get.cli).toMatch(`@${get.version}`)
})

test('a port that is taken is no obstacle, unless it was asked for', async () => {
  await using server = await serve((_, response) => response.end())
  const port = Number(new URL(server.url).port)
  expect(await freePort('127.0.0.1', port)).toBe(0)
  await using folder = await temporaryFolder('port')
  const env = { PORT: String(port), DATA_DIR: join(folder.path, 'data') }
  await makeRepository(join(folder.path, 'adder'), sampleFiles)
  const { code, stderr } = await runWith(env, folder.path, `${root}infra/local/demo.ts`, 'adder')
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `Port ${port} on 127.0.0.1 is already in use. Stop the program that uses it, or set PORT=${port + 1}.\n`,
  })
})

describe('the repository of a command line', () => {
  const find = async (given: string) => await findSource(given, '/nowhere')

  test.each([
    ['https://host.example/o/r', 'https://host.example/o/r', undefined],
    ['https://host.example/o/r/tree/dev/src?plain=1#L3', 'https://host.example/o/r', 'dev'],
    ['https://host.example/a/b/r/-/blob/dev/x.ts', 'https://host.example/a/b/r', 'dev'],
    ['https://host.example/o/r#readme', 'https://host.example/o/r', undefined],
    ['host.example/o/r', 'https://host.example/o/r', undefined],
    ['ssh://git@host.example/o/r', 'git@host.example:o/r', undefined],
  ])('%s is taken as it is meant', async (pasted, repo_url, branch) => {
    expect(await find(pasted)).toEqual({ name: 'r', source: { repo_url }, branch, notes: [] })
  })

  test('a folder is a folder, whatever its name', async () => {
    await using folder = await temporaryFolder('source')
    const path = join(folder.path, 'host.example/o/r')
    await makeRepository(path, sampleFiles)
    const expected = { name: 'r', source: { repo_path: path }, branch: undefined, notes: [] }
    for (const given of [path, `${path}/`, pathToFileURL(path).href]) expect(await find(given)).toEqual(expected)
    expect(await findSource('o/r', join(folder.path, 'host.example'))).toEqual(expected)
  })

  test('a folder within a repository stands for the whole, and a name with spaces and accents becomes a project name', async () => {
    await using folder = await temporaryFolder('source')
    const path = join(folder.path, 'Mein schönes Projekt')
    await makeRepository(path, { 'src/deep/a.ts': 'export const a = 1\n' })
    expect(await find(join(path, 'src/deep'))).toEqual({
      name: 'Mein-schones-Projekt',
      source: { repo_path: path },
      branch: undefined,
      notes: [
        "'Mein schönes Projekt' is called Mein-schones-Projekt here. With --name you can choose another name.",
        `src/deep is part of the repository ${path}, all of which is documented.`,
      ],
    })
  })

  test.each([
    ['.dotfiles', 'dotfiles'],
    ['文档', 'WenDang'],
    ['…', 'project'],
    ['a b ', 'a-b'],
  ])('a folder called %s becomes the project %s', async (folderName, name) => {
    await using folder = await temporaryFolder('source')
    await makeRepository(join(folder.path, folderName), sampleFiles)
    expect(await find(join(folder.path, folderName))).toMatchObject({ name })
  })

  test('a worktree is a repository of its own, and changes that are not committed are mentioned', async () => {
    await using folder = await temporaryFolder('source')
    const [main, tree] = [join(folder.path, 'main'), join(folder.path, 'tree')]
    await makeRepository(main, sampleFiles)
    await gitIn(main, 'worktree', 'add', '-q', tree, '-b', 'feature')
    await writeFile(join(tree, 'new.txt'), '')
    expect(await find(tree)).toMatchObject({
      name: 'tree',
      source: { repo_path: tree },
      notes: [
        expect.stringMatching(/^The commit [0-9a-f]{7} is documented: changes that are not committed are left out\.$/),
      ],
    })
    expect(await find(main)).toMatchObject({ notes: [] })
  })

  test('anything else is refused with what to do', async () => {
    await using folder = await temporaryFolder('source')
    const [plain, empty, bare] = ['plain folder', 'empty', 'bare.git'].map((name) => join(folder.path, name))
    await mkdir(plain ?? '')
    await gitIn(folder.path, 'init', '-q', empty ?? '')
    await gitIn(folder.path, 'init', '-q', '--bare', bare ?? '')
    await writeFile(join(folder.path, 'file'), '')
    await expect(find('nonsense')).rejects.toThrow(
      "'nonsense' is neither a folder (/nowhere/nonsense does not exist) nor",
    )
    await expect(find('o/r')).rejects.toThrow('Did you mean https://github.com/o/r?')
    await expect(find(join(folder.path, 'file'))).rejects.toThrow(' is a file. Name the folder of a git repository.')
    await expect(find(plain ?? '')).rejects.toThrow(
      `${plain} is not in a git repository, and docsfy documents commits. To make it one:\n  cd '${plain}'\n  git init\n  git add -A\n  git commit -m 'First commit'`,
    )
    await expect(find(empty ?? '')).rejects.toThrow(`${empty} has no commit yet`)
    await expect(find(bare ?? '')).rejects.toThrow(
      `${bare} is a bare repository, without files. Clone it, and name the clone:\n  git clone ${bare} bare`,
    )
  })
})
