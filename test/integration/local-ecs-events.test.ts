import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StopTaskCommand } from '@aws-sdk/client-ecs'
import { expect, onTestFinished, test } from 'vitest'
import type { LocalTaskDefinition } from '../../infra/local/ecs/options.ts'
import type { EcsTaskStateChange } from '../../infra/local/ecs/state-change.ts'
import { outputOf } from '../support/child-output.ts'
import { limits } from '../support/limits.ts'
import {
  clientOf,
  cluster,
  describeOne,
  directoryOf,
  idleTask,
  isAlive,
  runOne,
  scriptTask,
  startTestEcs,
  temporaryFolder,
  untilLogged,
  untilStatus,
} from '../support/local-ecs.ts'

const statuses = (events: EcsTaskStateChange[]) => events.map((event) => event.detail.lastStatus)

test('every state change is announced in order, with the fields that AWS documents', async () => {
  const { client, events } = await startTestEcs()
  const environment = [{ name: 'GENERATION_ID', value: 'g-1' }]
  const overrides = { containerOverrides: [{ name: 'runner', environment }] }
  const arn = await runOne(client, { startedBy: 'g-1', overrides })
  await untilStatus(client, arn, 'RUNNING')
  await client.send(new StopTaskCommand({ cluster, task: arn, reason: 'enough' }))
  await expect.poll(() => statuses(events).at(-1)).toBe('STOPPED')

  expect(statuses(events)).toEqual(['PROVISIONING', 'PENDING', 'RUNNING', 'STOPPING', 'DEPROVISIONING', 'STOPPED'])
  expect(events.map((event) => event.detail.version)).toEqual([1, 2, 3, 4, 5, 6])
  const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect(events.at(-1)).toEqual({
    version: '0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    'detail-type': 'ECS Task State Change',
    source: 'aws.ecs',
    account: '000000000000',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    region: 'us-east-1',
    resources: [arn],
    detail: {
      taskArn: arn,
      clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/docsfy',
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/runner:1',
      group: 'family:runner',
      startedBy: 'g-1',
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      desiredStatus: 'STOPPED',
      lastStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      version: 6,
      createdAt: iso,
      startedAt: iso,
      stoppingAt: iso,
      executionStoppedAt: iso,
      stoppedAt: iso,
      updatedAt: iso,
      overrides,
      attachments: [],
      containers: [
        {
          containerArn: expect.stringContaining(':container/docsfy/'),
          taskArn: arn,
          name: 'runner',
          runtimeId: expect.any(String),
          lastStatus: 'STOPPED',
          exitCode: 143,
          networkInterfaces: [],
        },
      ],
    },
  })
})

test("an event is redelivered if its receiver fails, before the task's next event", async () => {
  const received: EcsTaskStateChange[] = []
  const attempts: string[] = []
  async function onEvent(event: EcsTaskStateChange) {
    attempts.push(event.id)
    if (attempts.length < 3) throw new TypeError('out of order')
    received.push(event)
  }
  const { client } = await startTestEcs({ taskDefinitions: [scriptTask('')], onEvent })
  await runOne(client)
  await expect
    .poll(() => statuses(received))
    .toEqual(['PROVISIONING', 'PENDING', 'RUNNING', 'DEPROVISIONING', 'STOPPED'])
  expect(attempts.slice(0, 3)).toEqual(Array(3).fill(received[0]?.id))
})

test('a failing receiver for one task does not delay other tasks', async () => {
  const received: EcsTaskStateChange[] = []
  async function onEvent(event: EcsTaskStateChange) {
    if (event.detail.startedBy === 'poison') throw new Error('never')
    received.push(event)
  }
  const { client } = await startTestEcs({ taskDefinitions: [scriptTask('')], onEvent })
  await runOne(client, { startedBy: 'poison' })
  await runOne(client, { startedBy: 'good' })
  await expect.poll(() => statuses(received).at(-1)).toBe('STOPPED')
})

test('undelivered events wait for the next start', async () => {
  const onEvent = () => Promise.reject(new Error('down'))
  const first = await startTestEcs({ taskDefinitions: [scriptTask('')], onEvent })
  await untilStatus(first.client, await runOne(first.client), 'STOPPED')
  await first.close()
  const { events } = await startTestEcs({ dataDir: first.dataDir })
  await expect.poll(() => statuses(events)).toEqual(['PROVISIONING', 'PENDING', 'RUNNING', 'DEPROVISIONING', 'STOPPED'])
})

// Reports that it is ready only after its child in another session has started.
const FAMILY = `
  import { spawn } from 'node:child_process'
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  child.on('spawn', () => console.log('pids', process.pid, child.pid))
  setInterval(() => {}, 1000)`

async function startProcess(dataDir: string, definition: LocalTaskDefinition, eventsFile: string, deaf = '') {
  const options = JSON.stringify(optionsFor(dataDir, definition))
  const script = new URL('../support/local-ecs-process.ts', import.meta.url).pathname
  const args = [script, options, eventsFile, deaf]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = outputOf('the endpoint', child)
  const client = clientOf(await output.said(/^http\S+$/m))
  return { client, kill: () => output.end('SIGKILL') }
}

test.each([
  ['heard the beginning', ''],
  ['heard nothing yet', 'deaf'],
])('after kill -9 of the endpoint, the next start kills and reports leftover tasks (receiver %s)', async (_, deaf) => {
  const [dataDir, eventsFile] = [temporaryFolder(), join(temporaryFolder(), 'events')]
  const definition = scriptTask(FAMILY)
  const { kill, client } = await startProcess(dataDir, definition, eventsFile, deaf)
  const arn = await runOne(client, { clientToken: 'g-1', startedBy: 'g-1' })
  const [, main, other] = /pids (\d+) (\d+)/.exec(await untilLogged(dataDir, arn, 'pids'))?.map(Number) ?? []
  const heard = () => (existsSync(eventsFile) ? readFileSync(eventsFile, 'utf8') : '')
  if (!deaf) await expect.poll(heard).toContain('"lastStatus":"RUNNING"')
  await kill()
  expect([main, other].map((pid) => isAlive(pid ?? 0))).toEqual([true, true])

  const otherSpelling = join(temporaryFolder(), 'link')
  symlinkSync(dataDir, otherSpelling)
  const next = await startTestEcs({ dataDir: otherSpelling, taskDefinitions: [definition] })
  expect([main, other].map((pid) => isAlive(pid ?? 0))).toEqual([false, false])
  expect(await describeOne(next.client, arn)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'TerminationNotice',
    stoppedReason: 'Host EC2 (instance local) terminated.',
  })
  await expect.poll(() => statuses(next.events).at(-1)).toBe('STOPPED')
  const first = heard()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  expect(statuses([...first, ...next.events])).toEqual(
    expect.arrayContaining(['PROVISIONING', 'PENDING', 'RUNNING', 'DEPROVISIONING', 'STOPPED']),
  )
  expect(await runOne(next.client, { clientToken: 'g-1', startedBy: 'g-1' })).toBe(arn)
})

test('a task with an unreadable record is killed too', async () => {
  const dataDir = temporaryFolder()
  const { kill, client } = await startProcess(dataDir, scriptTask(FAMILY), '', 'deaf')
  const arn = await runOne(client)
  const [, main, other] = /pids (\d+) (\d+)/.exec(await untilLogged(dataDir, arn, 'pids'))?.map(Number) ?? []
  await kill()
  writeFileSync(join(directoryOf(dataDir, arn), 'task.json'), '{"id":')

  await startTestEcs({ dataDir })
  expect([main, other].map((pid) => isAlive(pid ?? 0))).toEqual([false, false])
  expect(existsSync(directoryOf(dataDir, arn))).toBe(false)
})

test('a start on a port in use kills nothing', async () => {
  const { client, dataDir, url } = await startTestEcs()
  const arn = await runOne(client)
  await untilLogged(dataDir, arn, 'ready')
  await expect(startTestEcs({ dataDir, port: Number(new URL(url).port) })).rejects.toThrow('already in use')
  expect((await describeOne(client, arn)).lastStatus).toBe('RUNNING')
})

test('after closing, nothing keeps the process alive, not even a failing delivery', async () => {
  const program = new URL('../../infra/local/ecs/start-ecs.ts', import.meta.url).href
  const script = `
    const { startEcs } = await import(${JSON.stringify(program)})
    let failed
    const failing = new Promise((resolve) => { failed = resolve })
    const onEvent = async () => { failed(); throw new Error('down') }
    const ecs = await startEcs({ ...${JSON.stringify(optionsFor(temporaryFolder(), idleTask()))}, onEvent })
    const headers = {
      'x-amz-target': 'AmazonEC2ContainerServiceV20141113.RunTask',
      authorization: \`AWS4-HMAC-SHA256 Credential=\${ecs.credentials.accessKeyId}/\`,
    }
    const body = JSON.stringify({ cluster: 'docsfy', taskDefinition: 'runner' })
    await fetch(ecs.url, { method: 'POST', headers, body })
    await failing
    await ecs.close({ graceSeconds: 60 })
    console.log('closed')`
  const args = ['--input-type=module', '-e', script]
  expect(execFileSync(process.execPath, args, { timeout: limits.wait, encoding: 'utf8' })).toContain('closed')
})

function optionsFor(dataDir: string, definition: LocalTaskDefinition) {
  return { dataDir, taskDefinitions: [definition] }
}
