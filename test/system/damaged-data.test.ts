import { randomBytes } from 'node:crypto'
import { chown, cp, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { writeScriptedCli } from '../support/scripted-cli.ts'
import { startServiceProcess, startToTheEnd, temporaryFolder } from '../support/service-process.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let env: Record<string, string>

/** The data of a service that has published a site. */
beforeAll(async () => {
  folder = await temporaryFolder('damaged')
  await makeRepository(join(folder.path, 'adder'), sampleFiles)
  const cli = await writeScriptedCli(folder.path, { slugs: ['one'] })
  env = { AI_CLI_CLAUDE: cli.path, ANTHROPIC_API_KEY: 'k' }
  const service = await startServiceProcess(join(folder.path, 'whole'), env)
  const api = apiOf(service)
  const { json } = await api.post('/api/generate', { repo_path: join(folder.path, 'adder'), ai_model: 'm' })
  expect(await api.settled(json.generation_id)).toMatchObject({ status: 'ready' })
  await service.stop()
})

afterAll(() => folder?.[Symbol.asyncDispose]())

/** A copy of that data, with this done to it. */
async function damaged(damage: (data: string) => Promise<void>): Promise<{ path: string } & AsyncDisposable> {
  const copy = await temporaryFolder('data')
  await cp(join(folder.path, 'whole'), copy.path, { recursive: true })
  await damage(copy.path)
  return copy
}

const matching = async (path: string, name: RegExp) => (await readdir(path)).filter((found) => name.test(found))

/** What a power cut leaves of a file that was being written. */
const garble = async (path: string) => await writeFile(path, randomBytes(4_000))

async function garbleManifest(data: string): Promise<void> {
  for (const name of await matching(join(data, 'dynamodb'), /^MANIFEST/)) await garble(join(data, 'dynamodb', name))
}

async function withoutWal(data: string, damage: (database: string) => Promise<void>): Promise<void> {
  for (const name of ['fauxqs.db-wal', 'fauxqs.db-shm']) await rm(join(data, 'sqs-s3', name), { force: true })
  await damage(join(data, 'sqs-s3/fauxqs.db'))
}

async function replaceByFile(path: string): Promise<void> {
  await rm(path, { recursive: true })
  await writeFile(path, 'x')
}

async function replaceByFolder(path: string): Promise<void> {
  await rm(path)
  await mkdir(path)
}

const hopeless: [name: string, damage: (data: string) => Promise<void>, path: string, wrong: RegExp, loss: RegExp][] = [
  ['a garbled manifest', garbleManifest, 'dynamodb', /is damaged \(Corruption: .+\)/, /all variants, users/],
  [
    'two manifests and no word which one counts',
    async (data) => {
      await writeFile(join(data, 'dynamodb/MANIFEST-999999'), '')
      await writeFile(join(data, 'dynamodb/CURRENT'), '')
    },
    'dynamodb',
    /is damaged \(it is unclear which manifest is valid\)/,
    /all variants, users/,
  ],
  [
    'a garbled SQLite file',
    (data) => withoutWal(data, garble),
    'sqs-s3',
    /is damaged \(file is not a database\)/,
    /made again on request/,
  ],
  [
    'a truncated SQLite file',
    (data) => withoutWal(data, (file) => truncate(file, 6_000)),
    'sqs-s3',
    /is damaged \(database disk image is malformed\)/,
    /made again on request/,
  ],
  [
    'an empty SQLite file',
    (data) => withoutWal(data, (file) => truncate(file)),
    'sqs-s3/fauxqs.db',
    /is empty/,
    /made again on request/,
  ],
  ['an empty key', (data) => truncate(join(data, 'admin-key')), 'admin-key', /is empty/, /a new key is generated/],
  [
    'a key that is too short',
    (data) => writeFile(join(data, 'admin-key'), 'short'),
    'admin-key',
    /has fewer than 16 characters/,
    /a new key is generated/,
  ],
  [
    'an empty pepper',
    (data) => truncate(join(data, 'key-pepper')),
    'key-pepper',
    /is empty/,
    /every user needs a new key/,
  ],
  ...['admin-key', 'key-pepper', 'lock.db'].map((name): (typeof hopeless)[number] => [
    `a folder in place of ${name}`,
    (data) => replaceByFolder(join(data, name)),
    name,
    /is a folder, not a file/,
    /new key|lose nothing/,
  ]),
  ...['dynamodb', 'sqs-s3', 'ecs', 'ecs/tasks', 'ecs/client-tokens'].map((name): (typeof hopeless)[number] => [
    `a file in place of ${name}`,
    (data) => replaceByFile(join(data, name)),
    name,
    /is a file, not a folder/,
    /you lose/,
  ]),
]

test.each(hopeless)('%s: the message names it, what to do, and what is lost', async (_, damage, path, wrong, loss) => {
  await using data = await damaged(damage)
  const { code, output } = await startToTheEnd({ ...env, DATA_DIR: data.path })
  const [part = ''] = path.split('/')
  const [, named, what, whole, costs] =
    /^(\S+) (.+)\. Restore (\S+) from a backup, or move it away and start again: then (.+)\.\n$/.exec(output) ?? []
  expect({ code, named, whole, output }).toMatchObject({
    code: 1,
    named: join(data.path, path),
    whole: join(data.path, part),
  })
  expect(what).toMatch(wrong)
  expect(costs).toMatch(loss)
})

test.skipIf(process.getuid?.() !== 0)('files of another user: the message names them and says what to do', async () => {
  for (const path of ['dynamodb', 'ecs/tasks', 'admin-key']) {
    await using data = await damaged(async (copy) => {
      const names = await readdir(copy, { recursive: true })
      for (const name of ['', ...names]) if (!name.startsWith(path)) await chown(join(copy, name), 65_534, 65_534)
    })
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--', process.execPath] as const
    const { code, output } = await startToTheEnd({ ...env, DATA_DIR: data.path }, [...nobody])
    expect({ code, output }).toEqual({
      code: 1,
      output: `This user has no access to ${join(data.path, path)}. Change its owner or permissions, then start again.\n`,
    })
  }
})

const mendable: [name: string, damage: (data: string) => Promise<void>, told: RegExp][] = [
  ['an empty CURRENT', (data) => truncate(join(data, 'dynamodb/CURRENT')), /CURRENT was damaged.+Nothing is lost/],
  ['no CURRENT', (data) => rm(join(data, 'dynamodb/CURRENT')), /CURRENT was damaged.+Nothing is lost/],
  ['a garbled lock.db', (data) => garble(join(data, 'lock.db')), /lock\.db was damaged.+Nothing is lost/],
  [
    'a garbled record of a task',
    async (data) => {
      for (const id of await readdir(join(data, 'ecs/tasks'))) await garble(join(data, 'ecs/tasks', id, 'task.json'))
    },
    /ecs\/tasks\/\w+ has no readable record/,
  ],
  [
    'a garbled client token',
    async (data) => {
      for (const name of await readdir(join(data, 'ecs/client-tokens')))
        await garble(join(data, 'ecs/client-tokens', name))
    },
    /ecs\/client-tokens\/\w+ is unreadable and was removed/,
  ],
]

test.each(mendable)('%s is mended without loss, and the log says so', async (_, damage, told) => {
  await using data = await damaged(damage)
  const service = await startServiceProcess(data.path, env)
  try {
    const api = apiOf(service)
    expect((await api.get('/docs/adder/claude/m/one.html')).status).toBe(200)
    const { json } = await api.post('/api/generate', { repo_path: join(folder.path, 'adder'), ai_model: 'm' })
    expect(await api.settled(json.generation_id)).toMatchObject({ status: 'ready', current_stage: 'up_to_date' })
    expect(service.output()).toMatch(told)
  } finally {
    await service.stop()
  }
})
