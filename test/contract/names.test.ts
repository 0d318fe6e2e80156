import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gitIn, makeRepository } from '../support/repository.ts'
import { type Client, openTarget, pathOf, remote, type Target, wholeLog } from './target.ts'

let target: Target
beforeAll(async () => {
  target = await openTarget({ MAX_ACTIVE_TASKS: '3', MAX_ACTIVE_PER_OWNER: '3' }, ['one'])
})
afterAll(async () => await target?.[Symbol.asyncDispose]())

interface Named {
  project: string
  branch?: string
  ai_model: string
}

/** Special characters and names, tested with every endpoint that needs no site. */
const marks = [
  '/',
  '%',
  '#',
  '?',
  '[',
  ']',
  '&',
  '+',
  ' ',
  "'",
  '"',
  '\\',
  ';',
  'ü日',
  '😀',
  '...',
  'by-id',
  'cursor',
  'a\nb\u0001',
]
const unpublished: Named[] = marks.map((ai_model) => ({ project: 'marks', ai_model }))

/** Names that are also tested with generation, site, log and download. */
const published: Named[] = [
  { project: 'marks', ai_model: 'a/b%c#d?' },
  { project: 'marks', ai_model: '[1m] & + "2"' },
  { project: 'marks', ai_model: "x'y\\z;ü日本" },
  { project: 'marks', ai_model: 'a%2Fb%252F' },
  { project: 'marks', ai_model: '😀'.repeat(300) },
  { project: 'marks', ai_model: '--dangerously-skip-permissions' },
  { project: 'gemini', ai_model: 'abort' },
  { project: 'gemini', ai_model: 'claude' },
  { project: 'by-id', ai_model: 'download' },
  { project: 'by-id', branch: 'log', ai_model: 'log' },
  { project: 'marks', branch: 'feature/x', ai_model: 'claude-opus-4-6[1m]' },
  { project: 'gemini', branch: "ü/a#%&+]';b", ai_model: 'x/y/claude/z' },
]
const names = [...published, ...unpublished]

/** Calls every endpoint of a variant, with each part of its name encoded separately. */
async function roundTrip(
  client: Client,
  owner: string,
  request: object,
  { project, branch, ai_model }: Named,
  whole: boolean,
) {
  const parts = branch === undefined ? [project, 'claude', ai_model] : [project, branch, 'claude', ai_model]
  const path = `/api/projects/${pathOf(...parts)}`
  const whose = `?owner=${owner}`
  const accepted = await client.post('/api/generate', request)
  expect(accepted.status).toBe(202)
  expect(accepted.json).toMatchObject({ project, branch: branch ?? 'main' })
  const found = { name: project, branch: branch ?? 'main', ai_model, owner }
  expect((await client.get(path + whose)).json).toMatchObject(found)
  expect((await client.get(`/api/projects/by-id/${accepted.json.generation_id}`)).json).toMatchObject(found)
  const listed = (await client.get('/api/status')).json.projects
  expect(listed).toContainEqual(expect.objectContaining(found))
  const refused = await client.post('/api/generate', request)
  expect(refused.json).toEqual({ detail: `Variant '${parts.join('/')}' is already being generated` })
  expect((await client.post(`${path}/abort${whose}`)).json).toEqual({ aborted: parts.join('/') })
  expect((await client.get(path + whose)).json).toMatchObject({ ...found, status: 'aborted' })
  if (whole) await makeAndRead()
  expect((await client.delete(path + whose)).json).toEqual({ deleted: parts.join('/') })
  expect((await client.get(path + whose)).status).toBe(404)

  async function makeAndRead(): Promise<void> {
    const again = await client.post('/api/generate', request)
    expect(again.status).toBe(202)
    expect(await client.settled(again.json.generation_id)).toMatchObject({
      ...found,
      status: 'ready',
      error_message: null,
    })
    expect((await client.get(`/docs/${pathOf(...parts)}/${whose}`)).status).toBe(200)
    expect((await client.get(`/docs/${pathOf(...parts)}/one.html${whose}`)).status).toBe(200)
    expect((await wholeLog(client, `${path}/log${whose}`)).status).toBe(200)
    const download = await client.get(`${path}/download${whose}`)
    const inName = branch === undefined ? [] : [branch.replaceAll('/', '~2F')]
    const folder = [project, ...inName, 'claude', ai_model].join('-').replaceAll(/[/\\]/g, '-')
    const top = await topFolder(download.bytes)
    if (Buffer.byteLength(folder) < 240) expect(top).toBe(folder)
    else expect(folder.startsWith(top)).toBe(true)
    expect(Buffer.byteLength(top)).toBeLessThan(256)
  }
}

async function topFolder(archive: Buffer): Promise<string> {
  const entries = Readable.from([archive]).pipe(createGunzip()).pipe(extract())
  for await (const entry of entries) return entry.header.name.split('/')[0] ?? ''
  return ''
}

test('names with any characters work with every endpoint and come back unchanged', async () => {
  const admin = await target.user('admin')
  const repositories = target.sample && (await makeRepositories(target.sample.folder))
  // Run only a few at a time: each is a complete generation with its own processes.
  const waiting = [...names]
  const worker = async () => {
    for (let named = waiting.shift(); named; named = waiting.shift()) {
      const { project, ...rest } = named
      const source = repositories
        ? { repo_path: repositories[project] }
        : { repo_url: `https://github.com/octocat/${project}` }
      await roundTrip(admin, admin.username, { ...source, ...rest }, named, !remote && published.includes(named))
    }
  }
  await Promise.all([worker(), worker(), worker()])
  expect((await admin.get('/api/status')).status).toBe(200)
})

async function makeRepositories(folder: string): Promise<Record<string, string>> {
  const places: Record<string, string> = {}
  for (const project of new Set(names.map((named) => named.project))) {
    const place = join(folder, 'names', project)
    await makeRepository(place, { 'README.md': '# Names\n' })
    for (const { branch } of names.filter((named) => named.project === project)) {
      if (branch) await gitIn(place, 'branch', '--', branch)
    }
    places[project] = place
  }
  return places
}
