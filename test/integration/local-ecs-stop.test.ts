import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DescribeTasksCommand, InvalidParameterException, StopTaskCommand } from '@aws-sdk/client-ecs'
import { expect, test } from 'vitest'
import { findInPsOutput } from '../../infra/local/ecs/task-processes.ts'
import {
  cluster,
  directoryOf,
  isAlive,
  logOf,
  runOne,
  scriptTask,
  startTestEcs,
  temporaryFolder,
  untilLogged,
  untilStatus,
} from '../support/local-ecs.ts'
import { root } from '../support/service-process.ts'

const STUBBORN = `
  process.on('SIGTERM', () => console.log('SIGTERM ignored'))
  setInterval(() => {}, 1000)
  console.log('ready')`

// Leaves an orphan in its own session, as a CLI in its own process group does.
const WITH_ORPHAN = `
  import { spawn } from 'node:child_process'
  const stubborn = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('orphan', process.pid)"
  const parent = \`
    const options = { detached: true, stdio: 'inherit' }
    require('node:child_process').spawn(process.execPath, ['-e', \${JSON.stringify(stubborn)}], options).unref()\`
  spawn(process.execPath, ['-e', parent], { detached: true, stdio: 'inherit' })
  process.on('SIGUSR2', () => process.exit(0))
  setInterval(() => {}, 1000)
  console.log('main', process.pid)`

async function startWithOrphan(ecs: Awaited<ReturnType<typeof startTestEcs>>) {
  const arn = await runOne(ecs.client)
  await untilLogged(ecs.dataDir, arn, 'orphan')
  const log = await untilLogged(ecs.dataDir, arn, 'main')
  const pidOf = (name: string) => Number(new RegExp(`${name} (\\d+)`).exec(log)?.[1])
  return { arn, main: pidOf('main'), orphan: pidOf('orphan') }
}

test('StopTask sends SIGTERM and lets the main process exit', async () => {
  const source = `
    process.on('SIGTERM', () => { console.log('SIGTERM'); process.exit(143) })
    setInterval(() => {}, 1000)
    console.log('ready')`
  const { client, dataDir } = await startTestEcs({ taskDefinitions: [scriptTask(source)] })
  const arn = await runOne(client)
  await untilLogged(dataDir, arn, 'ready')
  const { task } = await client.send(new StopTaskCommand({ cluster, task: arn, reason: 'abort of generation 1' }))
  expect(task).toMatchObject({ taskArn: arn, desiredStatus: 'STOPPED', stopCode: 'UserInitiated' })

  const stopped = await untilStatus(client, arn, 'STOPPED')
  expect(stopped).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'abort of generation 1' })
  expect(stopped.containers?.[0]?.exitCode).toBe(143)
  expect(logOf(dataDir, arn)).toContain('SIGTERM')
})

test('StopTask signals only the main process', async () => {
  const source = `
    import { fork } from 'node:child_process'
    if (process.send) process.on('message', () => process.send('alive'))
    else {
      const child = fork(process.argv[1])
      child.on('message', () => { console.log('child alive'); process.exit(0) })
      process.on('SIGTERM', () => child.send('are you there?'))
      child.on('spawn', () => console.log('ready'))
    }`
  const { client, dataDir } = await startTestEcs({ taskDefinitions: [scriptTask(source)] })
  const arn = await runOne(client)
  await untilLogged(dataDir, arn, 'ready')
  await client.send(new StopTaskCommand({ cluster, task: arn }))
  await untilStatus(client, arn, 'STOPPED')
  expect(logOf(dataDir, arn)).toContain('child alive')
})

test('a main process that ignores SIGTERM is killed after the stop timeout', async () => {
  const { client, dataDir } = await startTestEcs({ taskDefinitions: [scriptTask(STUBBORN, { stopTimeoutSeconds: 1 })] })
  const arn = await runOne(client)
  await untilLogged(dataDir, arn, 'ready')
  await client.send(new StopTaskCommand({ cluster, task: arn }))
  await untilLogged(dataDir, arn, 'SIGTERM ignored')
  const stopped = await untilStatus(client, arn, 'STOPPED')
  expect(stopped.containers?.[0]?.exitCode).toBe(137)
  expect(stopped.stopCode).toBe('UserInitiated')
})

test('repeating StopTask keeps the first reason', async () => {
  const { client } = await startTestEcs()
  const arn = await runOne(client)
  await client.send(new StopTaskCommand({ cluster, task: arn, reason: 'first' }))
  await client.send(new StopTaskCommand({ cluster, task: arn.split('/').pop(), reason: 'second' }))
  await untilStatus(client, arn, 'STOPPED')
  const { task } = await client.send(new StopTaskCommand({ cluster, task: arn, reason: 'third' }))
  expect(task).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: 'first' })
})

test('an unknown task cannot be stopped and is missing when described', async () => {
  const { client } = await startTestEcs()
  const arn = 'arn:aws:ecs:us-east-1:000000000000:task/docsfy/0123456789abcdef0123456789abcdef'
  const error = await client.send(new StopTaskCommand({ cluster, task: arn })).catch((reason) => reason)
  expect(error).toBeInstanceOf(InvalidParameterException)
  expect(error.message).toBe('The referenced task was not found.')
  const described = await client.send(new DescribeTasksCommand({ cluster, tasks: [arn] }))
  expect(described).toMatchObject({ tasks: [], failures: [{ arn, reason: 'MISSING' }] })
})

test.each([
  ['kill -9', 'SIGKILL', 137],
  ['an exit of its own', 'SIGUSR2', 0],
] as const)(
  'the end of the main process by %s takes orphans in other sessions with it',
  async (_, signal, exitCode) => {
    const ecs = await startTestEcs({ taskDefinitions: [scriptTask(WITH_ORPHAN)] })
    const bystander = await startWithOrphan(ecs)
    const { arn, main, orphan } = await startWithOrphan(ecs)
    process.kill(main, signal)
    const stopped = await untilStatus(ecs.client, arn, 'STOPPED')
    expect(stopped).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode }] })
    expect(isAlive(orphan)).toBe(false)
    expect(isAlive(bystander.main) && isAlive(bystander.orphan)).toBe(true)
  },
)

test('closing stops tasks like a host going down: SIGTERM, SIGKILL, nothing left', async () => {
  const ecs = await startTestEcs({
    taskDefinitions: [scriptTask(STUBBORN), scriptTask(WITH_ORPHAN, { family: 'other' })],
  })
  const stubborn = await runOne(ecs.client)
  await untilLogged(ecs.dataDir, stubborn, 'ready')
  const other = await runOne(ecs.client, { taskDefinition: 'other' })
  const orphan = Number(/orphan (\d+)/.exec(await untilLogged(ecs.dataDir, other, 'orphan'))?.[1])
  await ecs.close({ graceSeconds: 1 })
  expect(logOf(ecs.dataDir, stubborn)).toContain('SIGTERM ignored')
  expect(isAlive(orphan)).toBe(false)

  const { client } = await startTestEcs({ dataDir: ecs.dataDir })
  const stopped = await untilStatus(client, stubborn, 'STOPPED')
  expect(stopped).toMatchObject({ stopCode: 'TerminationNotice', containers: [{ exitCode: 137 }] })
})

test("a task's work files are removed when it ends, and its log is kept", async () => {
  const source = `
    import { writeFileSync } from 'node:fs'
    for (const folder of ['HOME', 'TMPDIR']) writeFileSync(process.env[folder] + '/file', 'content')
    console.error('done')`
  const { client, dataDir } = await startTestEcs({ taskDefinitions: [scriptTask(source)] })
  const arn = await runOne(client)
  await untilStatus(client, arn, 'STOPPED')
  const exists = (name: string) => existsSync(join(directoryOf(dataDir, arn), name))
  expect([exists('home'), exists('tmp'), exists('output.log')]).toEqual([false, false, true])
  expect(logOf(dataDir, arn)).toBe('done\n')
})

test('a folder is removed with everything in it, including read-only folders', async () => {
  const folder = join(temporaryFolder(), 'home')
  const cache = join(folder, 'cache', 'module')
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, 'file'), '')
  symlinkSync('/', join(cache, 'elsewhere'))
  for (const path of [cache, dirname(cache)]) chmodSync(path, 0o555)
  // Root ignores permissions.
  const others = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] : []
  if (others.length > 0) execFileSync('chown', ['-R', '65534:65534', dirname(folder)])
  const program = `await (await import('${root}shared/remove-tree.ts')).removeTree('${folder}')`
  const [command = '', ...args] = [...others, process.execPath, '--input-type=module', '--eval', program]
  execFileSync(command, args)
  expect(existsSync(folder)).toBe(false)
})

test("in ps output a process is recognised by a HOME or TMPDIR inside the task's directory", () => {
  const output = `
    1 /sbin/launchd
  201 node main.ts HOME=/data/ecs/tasks/ab/home PATH=/bin
  202 claude -p TERM=dumb TMPDIR=/data/ecs/tasks/ab/tmp
  203 git fetch TMPDIR=/data/ecs/tasks/ab/tmp/x HOME=/nowhere
  204 node main.ts HOME=/data/ecs/tasks/abc/home TMPDIR=/data/ecs/tasks/abc/tmp
  205 tail -f /data/ecs/tasks/ab/output.log HOME=/home/me PWD=/data/ecs/tasks/ab
`
  expect(findInPsOutput(output, '/data/ecs/tasks/ab')).toEqual([201, 202, 203])
})
