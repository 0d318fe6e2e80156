import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import packageJson from '../../package.json' with { type: 'json' }
import { makeFailed, variantOf } from '../contract/variant-makers.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'
import { openTestStores } from '../support/test-stores.ts'
import { compare } from './compare.ts'

/**
 * `node test/bench/beside-docsfy.ts BIN [VARIANTS]`: `npm start` beside the server of docsfy 1.9, with the same variants, in the same
 * run. BIN is the `bin` folder of a Python 3.12 environment in which docsfy is installed. Prints a table of start-up (until /health
 * answers), memory when idle (PSS of all processes) and the whole list.
 */
const [bin, count = '500'] = process.argv.slice(2)
if (!bin) throw new Error('Usage: node test/bench/beside-docsfy.ts BIN [VARIANTS]')
const variants = Array.from({ length: Number(count) }, (_, index) => variantOf('admin', `model-${index}`))
/** Of `npm start`. */
const heapFlags = packageJson.scripts.start.match(/--(?:max|heap)-\S+/g) ?? []
const ADMIN_KEY = 'a-key-of-the-bench-0123'
const STARTS = 7
const IDLE_SECONDS = 10

interface Server {
  url: string
  pid: number
  stop(): Promise<void>
}

/** Fills docsfy's database as it is after its first start. */
const FILL = `
import os, sqlite3, sys
db = sqlite3.connect(os.path.join(sys.argv[1], 'docsfy.db'))
db.executemany(
  "INSERT INTO projects (name, branch, ai_provider, ai_model, owner, generation_id, repo_url, status, error_message) VALUES ('name', 'main', 'claude', ?, 'admin', ?, 'https://github.com/group/name', 'error', 'no luck')",
  [(f'model-{i}', f'id-{i}') for i in range(int(sys.argv[2]))])
db.commit()
`

await using folder = await temporaryFolder('beside')
const ours = await fillOurs(join(folder.path, 'ours'))
const theirs = await fillTheirs(join(folder.path, 'theirs'))

console.log('| What | docsfy | docsfy 1.9 | Ratio |\n|---|---|---|---|')
const starts = await compare(
  async () => await (await ours()).stop(),
  async () => await (await theirs()).stop(),
  STARTS,
)
print('Start-up and stop, ms', starts.ours, starts.floor)
const [mine, other] = [await ours(), await theirs()]
await sleep(IDLE_SECONDS * 1_000)
print('Memory, idle, MB', await memoryOf(mine.pid), await memoryOf(other.pid))
const whole = await compare(listOf(mine), listOf(other), 30)
print(`GET /api/status, ${count} variants, ms`, whole.ours, whole.floor)
const page = await compare(listOf(mine, '?limit=50'), listOf(other), 30)
print('… the first 50, ms', page.ours, page.floor)
const polled = await compare(await pollOf(mine), listOf(other), 30)
print('… a poll that finds nothing new, ms', polled.ours, polled.floor)
print('Memory, after the lists, MB', await memoryOf(mine.pid), await memoryOf(other.pid))
await Promise.all([mine.stop(), other.stop()])

function print(what: string, ourValue: number, theirValue: number): void {
  const cells = [what, ourValue.toFixed(1), theirValue.toFixed(1), (ourValue / theirValue).toFixed(2)]
  console.log(`| ${cells.join(' | ')} |`)
}

function listOf({ url }: Server, query = '', headers: Record<string, string> = {}) {
  return async () => {
    const response = await fetch(`${url}/api/status${query}`, {
      headers: { Authorization: `Bearer ${ADMIN_KEY}`, ...headers },
    })
    if (response.status !== 200 && response.status !== 304) throw new Error(`${response.status}`)
    const text = await response.text()
    if (!query && response.status === 200 && JSON.parse(text).projects.length !== variants.length)
      throw new Error('The list is not whole')
    return response.headers.get('etag')
  }
}

/** A poll with the tag of the list as it is now. */
async function pollOf(server: Server) {
  const tag = await listOf(server, '?limit=50')()
  return listOf(server, '?limit=50', { 'If-None-Match': String(tag) })
}

/** @returns starts `npm start`'s program on the filled folder */
async function fillOurs(dataDir: string): Promise<() => Promise<Server>> {
  // The service makes its stores' folder; the stores of this process fill it.
  await (await startServiceProcess(dataDir, { ADMIN_KEY })).stop()
  const stores = await openTestStores(dataDir)
  await makeFailed(stores.table, variants)
  await stores[Symbol.asyncDispose]()
  return async () => await startServiceProcess(dataDir, { ADMIN_KEY }, heapFlags)
}

async function fillTheirs(dataDir: string): Promise<() => Promise<Server>> {
  await mkdir(dataDir)
  const start = async () => await startTheirs(dataDir)
  await (await start()).stop()
  await promisify(execFile)(`${bin}/python`, ['-c', FILL, dataDir, count])
  return start
}

async function startTheirs(dataDir: string): Promise<Server> {
  const port = await freePort()
  const child = spawn(`${bin}/docsfy-server`, [], {
    cwd: dataDir,
    env: { PATH: `${bin}:${process.env.PATH}`, HOME: dataDir, DATA_DIR: dataDir, ADMIN_KEY, PORT: String(port) },
    stdio: 'ignore',
  })
  const url = `http://127.0.0.1:${port}`
  while (!(await isHealthy(url))) await sleep(20)
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

async function isHealthy(url: string): Promise<boolean> {
  return await fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** PSS of a process and its descendants, in MB. */
async function memoryOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  let kilobytes = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1])
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const children = (await readFile(`/proc/${pid}/task/${thread}/children`, 'utf8')).split(' ').filter(Boolean)
    for (const child of children) kilobytes += 1_000 * (await memoryOf(Number(child)))
  }
  return kilobytes / 1_000
}
