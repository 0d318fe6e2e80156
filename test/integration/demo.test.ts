import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterEach, describe, expect, test } from 'vitest'
import type { VariantView } from '../../api/variant.ts'
import { localClient } from '../../infra/local/api-client.ts'
import { exportSite } from '../../infra/local/demo/export-site.ts'
import { readArguments } from '../../infra/local/demo/read-arguments.ts'
import { serveReader } from '../../infra/local/demo/serve-reader.ts'
import { root, temporaryFolder } from '../support/service-process.ts'

const variant = { name: 'a', branch: 'main', ai_provider: 'claude', ai_model: 'm' } as VariantView

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { api: localClient(url, 'key'), [Symbol.asyncDispose]: async () => void server.close() }
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

const run = async (cwd: string, ...args: string[]) =>
  await promisify(execFile)(process.execPath, args, { cwd, env: { PATH: process.env.PATH } }).then(
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

describe('the repository of a command line', () => {
  const argv = process.argv
  afterEach(() => {
    process.argv = argv
  })
  const read = (...args: string[]) => {
    process.argv = ['node', 'demo.ts', ...args]
    return readArguments('claude')
  }

  test.each([
    ['https://host.example/o/r', { repo_url: 'https://host.example/o/r' }],
    ['https://host.example/o/r/tree/dev/src?plain=1#L3', { repo_url: 'https://host.example/o/r', branch: 'dev' }],
    ['https://host.example/a/b/r/-/blob/dev/x.ts', { repo_url: 'https://host.example/a/b/r', branch: 'dev' }],
    ['https://host.example/o/r#readme', { repo_url: 'https://host.example/o/r' }],
    ['host.example/o/r', { repo_url: 'https://host.example/o/r' }],
    ['ssh://git@host.example/o/r', { repo_url: 'git@host.example:o/r' }],
  ])('%s is taken as it is meant', (pasted, source) => {
    expect(read(pasted)).toMatchObject({ name: 'r', source })
  })

  test('a folder is a folder, whatever its name', async () => {
    await using folder = await temporaryFolder('source')
    const path = join(folder.path, 'host.example/o/r')
    await mkdir(path, { recursive: true })
    expect(read(path)).toMatchObject({ name: 'r', source: { repo_path: path } })
  })

  test('anything else is refused', () => {
    expect(() => read('nonsense')).toThrow("'nonsense' is neither the URL of a git repository")
  })
})
