import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, open, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { root, startServiceProcess, startToTheEnd, temporaryFolder } from '../support/service-process.ts'
import { inTime, waitFor } from '../support/wait.ts'

const run = promisify(execFile)

async function start(env: Record<string, string>) {
  const { code, output } = await startToTheEnd(env)
  return { code, output }
}

describe.concurrent('a service that cannot start says why and what to do, on one line', () => {
  test('the data is in use by another service, which keeps running', async () => {
    await using folder = await temporaryFolder('in-use')
    const first = await startServiceProcess(folder.path)
    try {
      expect(await start({ DATA_DIR: folder.path })).toEqual({
        code: 1,
        output: `Another docsfy is already running on ${folder.path}. Stop it first, or set DATA_DIR to another folder.\n`,
      })
      expect((await apiOf(first).get('/api/status')).status).toBe(200)
    } finally {
      await first.stop()
    }
  })

  test('the port is in use', async () => {
    await using folder = await temporaryFolder('port')
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await start({ DATA_DIR: folder.path, PORT: String(port) })).toEqual({
      code: 1,
      output: `Port ${port} on 127.0.0.1 is already in use. Stop the program that uses it, or set PORT=${port + 1}.\n`,
    })
    server.close()
  })

  test('git is missing', async () => {
    await using folder = await temporaryFolder('no-git')
    expect(await start({ DATA_DIR: join(folder.path, 'data'), PATH: folder.path })).toEqual({
      code: 1,
      output: 'git was not found. Install git 2.37 or later, then start again.\n',
    })
  })

  test('a file is in the place of the data folder', async () => {
    await using folder = await temporaryFolder('file')
    await writeFile(join(folder.path, 'file'), '')
    expect(await start({ DATA_DIR: join(folder.path, 'file/data') })).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^Cannot write to \S+file\/data\. Set DATA_DIR to another folder, or .+\.\n$/),
    })
  })

  test.skipIf(process.getuid?.() !== 0)('the folder cannot be written to by this user', async () => {
    await using folder = await temporaryFolder('unwritable')
    const data = join(folder.path, 'data')
    await mkdir(data)
    await chmod(folder.path, 0o755)
    await chmod(data, 0o555)
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--', process.execPath]
    const env = { PATH: process.env.PATH, DATA_DIR: data, PORT: '0' }
    const [program = '', ...args] = nobody
    const ended = await run(program, [...args, `${root}infra/local/main.ts`], { env }).catch((error) => error)
    expect(ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `Cannot write to ${data}. Set DATA_DIR to another folder, or change its permissions.\n`,
    })
  })

  test('a store that the configuration names does not answer', async () => {
    await using folder = await temporaryFolder('no-store')
    const { code, output } = await start({ DATA_DIR: folder.path, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' })
    expect(code).toBe(1)
    expect(output).toMatch(/^Cannot use DynamoDB \(\S+\), SQS \(\S+\) or S3 \(http:\/\/127\.0\.0\.1:9\): .+\.\n$/)
  })

  test('the configuration is wrong, in several places at once', async () => {
    await using folder = await temporaryFolder('wrong')
    const { code, output } = await start({ DATA_DIR: folder.path, PORT: 'many', ADMIN_KEY: 'short' })
    expect(code).toBe(1)
    expect(output).toMatch(/^Invalid configuration:\n {2}ADMIN_KEY: .+16 characters.*\n {2}PORT: .+\n$/)
  })
})

test('the address comes before any line of the log', async () => {
  await using folder = await temporaryFolder('first-line')
  await using terminal = await open(join(folder.path, 'terminal'), 'w')
  const child = spawn(process.execPath, [`${root}infra/local/main.ts`], {
    env: { PATH: process.env.PATH, DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'debug' },
    stdio: ['ignore', terminal.fd, terminal.fd],
  })
  const shown = async () => await readFile(join(folder.path, 'terminal'), 'utf8')
  const isOver = () => child.exitCode !== null
  await waitFor('the log to begin', shown, (text) => text.includes('DynamoDB is at') || isOver())
  expect(await shown()).toMatch(/^docsfy runs at http:\S+\nThe admin key is kept in \S+\n/)
  child.kill('SIGTERM')
  await inTime('the service to end', once(child, 'exit'))
})

test('the service prints its address and the place of the key file, which only its owner can read', async () => {
  await using folder = await temporaryFolder('key')
  const service = await startServiceProcess(folder.path)
  try {
    const keyFile = /The admin key is kept in (\S+)/.exec(service.output())?.[1]
    expect(keyFile).toBe(join(folder.path, 'admin-key'))
    const adminKey = (await readFile(join(folder.path, 'admin-key'), 'utf8')).trim()
    expect((await stat(join(folder.path, 'admin-key'))).mode & 0o777).toBe(0o600)
    expect((await apiOf({ url: service.url, adminKey }).get('/api/status')).status).toBe(200)
    expect((await apiOf({ url: service.url, adminKey: `${adminKey}x` }).get('/api/status')).status).toBe(401)
    expect(service.output()).not.toContain(adminKey)
  } finally {
    await service.stop()
  }
})
