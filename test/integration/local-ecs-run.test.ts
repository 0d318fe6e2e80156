import {
  ClientException,
  ClusterNotFoundException,
  ConflictException,
  DescribeTasksCommand,
  InvalidParameterException,
  ListClustersCommand,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
} from '@aws-sdk/client-ecs'
import { afterEach, expect, test, vi } from 'vitest'
import { LeaseEnv } from '../../shared/env.ts'
import {
  authorization,
  cluster,
  describeOne,
  idleTask,
  logOf,
  runOne,
  scriptTask,
  startTestEcs,
  untilLogged,
  untilStatus,
} from '../support/local-ecs.ts'

const HOUR = 3_600_000

afterEach(() => void vi.useRealTimers())

function afterHours(hours: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * HOUR })
}

test('a finished task is described with times, version and exit code', async () => {
  const { client } = await startTestEcs({ taskDefinitions: [scriptTask('process.exit(3)')] })
  const { tasks } = await client.send(new RunTaskCommand({ cluster, taskDefinition: 'runner', startedBy: 'g-1' }))
  const started = tasks?.[0]
  expect(started).toMatchObject({ lastStatus: 'PROVISIONING', desiredStatus: 'RUNNING', group: 'family:runner' })

  const stopped = await untilStatus(client, started?.taskArn ?? '', 'STOPPED')
  expect(stopped).toMatchObject({
    clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/docsfy',
    taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/runner:1',
    desiredStatus: 'STOPPED',
    startedBy: 'g-1',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'runner', lastStatus: 'STOPPED', exitCode: 3, runtimeId: expect.any(String) }],
  })
  expect(stopped.taskArn).toMatch(/^arn:aws:ecs:us-east-1:000000000000:task\/docsfy\/[0-9a-f]{32}$/)
  expect(stopped.version).toBeGreaterThan(started?.version ?? 0)
  const { createdAt, startedAt, stoppingAt, executionStoppedAt, stoppedAt } = stopped
  const times = [createdAt, startedAt, stoppingAt, executionStoppedAt, stoppedAt].map((time) => time?.getTime() ?? 0)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(Math.abs(Date.now() - (times[0] ?? 0))).toBeLessThan(HOUR)
})

test("a task's environment is base, definition and overrides, in this order", async () => {
  const source = 'console.log(JSON.stringify({ env: process.env, cwd: process.cwd() }))'
  const definition = scriptTask(source, {
    environment: { PATH: '/bin', A: 'definition', B: 'definition' },
    variables: ['B', 'HOME'],
    workingDirectory: '/',
  })
  const { client, dataDir, url } = await startTestEcs({ taskDefinitions: [definition] })
  const environment = [
    { name: 'B', value: 'override' },
    { name: 'HOME', value: '/root' },
  ]
  const arn = await runOne(client, { overrides: { containerOverrides: [{ name: 'runner', environment }] } })
  await untilStatus(client, arn, 'STOPPED')

  const { env, cwd } = JSON.parse(logOf(dataDir, arn))
  expect(cwd).toBe('/')
  expect(env).toEqual({
    PATH: '/bin',
    LANG: 'C.UTF-8',
    A: 'definition',
    B: 'override',
    HOME: expect.stringMatching(/\/ecs\/tasks\/[0-9a-f]{32}\/home$/),
    TMPDIR: expect.stringMatching(/\/ecs\/tasks\/[0-9a-f]{32}\/tmp$/),
    ECS_CONTAINER_METADATA_URI_V4: expect.stringContaining(`${url}/v4/`),
  })
  expect((await describeOne(client, arn)).overrides?.containerOverrides).toEqual([{ name: 'runner', environment }])
})

test('a task learns its own ARN from the metadata endpoint', async () => {
  const source = `
    const uri = process.env.ECS_CONTAINER_METADATA_URI_V4
    console.log(JSON.stringify([await (await fetch(uri + '/task')).json(), await (await fetch(uri)).json()]))`
  const { client, dataDir, url } = await startTestEcs({ taskDefinitions: [scriptTask(source)] })
  const arn = await runOne(client)
  await untilStatus(client, arn, 'STOPPED')
  const [task, container] = JSON.parse(logOf(dataDir, arn))
  expect(task).toMatchObject({
    Cluster: 'arn:aws:ecs:us-east-1:000000000000:cluster/docsfy',
    TaskARN: arn,
    Family: 'runner',
    Revision: '1',
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    Containers: [{ Name: 'runner', KnownStatus: 'RUNNING', Type: 'NORMAL' }],
  })
  expect(container).toEqual(task.Containers[0])
  expect((await fetch(`${url}/v4/unknown/task`)).status).toBe(403)
})

test('one client token starts one task, however many requests use it at once', async () => {
  const { client } = await startTestEcs()
  const input = { clientToken: 'generation-1', startedBy: 'generation' }
  const arns = await Promise.all(Array.from({ length: 5 }, () => runOne(client, input)))
  expect(new Set(arns).size).toBe(1)
  const { taskArns } = await client.send(new ListTasksCommand({ cluster }))
  expect(taskArns).toEqual([arns[0]])
})

test('a client token with different parameters is a conflict that names the existing task', async () => {
  const { client } = await startTestEcs()
  const arn = await runOne(client, { clientToken: 'generation-1' })
  const conflict = await runOne(client, { clientToken: 'generation-1', startedBy: 'other' }).catch((error) => error)
  expect(conflict).toBeInstanceOf(ConflictException)
  expect(conflict.resourceIds).toEqual([arn])
  expect(conflict.$metadata.httpStatusCode).toBe(400)
})

test('a client token survives a restart of the endpoint', async () => {
  const first = await startTestEcs()
  const arn = await runOne(first.client, { clientToken: 'generation-1' })
  await first.close({ graceSeconds: 0 })
  const second = await startTestEcs({ dataDir: first.dataDir })
  const input = { cluster, taskDefinition: 'runner', clientToken: 'generation-1' }
  const { tasks } = await second.client.send(new RunTaskCommand(input))
  expect(tasks).toEqual([{ taskArn: arn, lastStatus: 'STOPPED', desiredStatus: 'STOPPED' }])
})

test('an hour after it stopped, a task is missing and its client token can be reused', async () => {
  const { client } = await startTestEcs({ taskDefinitions: [scriptTask('')] })
  const arn = await runOne(client, { clientToken: 'generation-1' })
  await untilStatus(client, arn, 'STOPPED')
  afterHours(0.9)
  expect(await runOne(client, { clientToken: 'generation-1' })).toBe(arn)
  afterHours(1.1)
  const { tasks, failures } = await client.send(new DescribeTasksCommand({ cluster, tasks: [arn] }))
  expect([tasks, failures]).toEqual([[], [{ arn, reason: 'MISSING' }]])
  expect(await runOne(client, { clientToken: 'generation-1' })).not.toBe(arn)
})

const environment = [{ name: 'TEXT', value: 'x'.repeat(8192) }]
test.each([
  ['another cluster', { cluster: 'other' }, ClusterNotFoundException],
  ['an unknown family', { taskDefinition: 'other' }, ClientException],
  ['an unknown revision', { taskDefinition: 'runner:7' }, ClientException],
  ['an unknown container', { overrides: { containerOverrides: [{ name: 'other' }] } }, InvalidParameterException],
  [
    'another command',
    { overrides: { containerOverrides: [{ name: 'runner', command: ['sh'] }] } },
    InvalidParameterException,
  ],
  [
    'long overrides',
    { overrides: { containerOverrides: [{ name: 'runner', environment }] } },
    InvalidParameterException,
  ],
  ['a strange startedBy', { startedBy: 'a b' }, InvalidParameterException],
  ['a long startedBy', { startedBy: 'a'.repeat(129) }, InvalidParameterException],
  ['a long client token', { clientToken: 'a'.repeat(65) }, InvalidParameterException],
  ['eleven tasks', { count: 11 }, InvalidParameterException],
  ['no task', { count: 0 }, InvalidParameterException],
])('RunTask with %s fails with a typed exception and starts nothing', async (_, input, exception) => {
  const { client, events } = await startTestEcs()
  await expect(runOne(client, input)).rejects.toBeInstanceOf(exception)
  expect(events).toEqual([])
})

test('a definition is found by family (the newest revision), by family and revision, or by ARN', async () => {
  const taskDefinitions = [idleTask({ revision: 2 }), idleTask({ revision: 10 }), idleTask({ family: 'other' })]
  const { client } = await startTestEcs({ taskDefinitions })
  const arnOf = (name: string) => `arn:aws:ecs:us-east-1:000000000000:task-definition/${name}`
  for (const [name, expected] of [
    ['runner', 'runner:10'],
    ['runner:2', 'runner:2'],
    [arnOf('other:1'), 'other:1'],
  ] as const) {
    const task = await describeOne(client, await runOne(client, { taskDefinition: name }))
    expect(task.taskDefinitionArn).toBe(arnOf(expected))
  }
})

test('tasks are listed by startedBy, family and desired status', async () => {
  const { client } = await startTestEcs({ taskDefinitions: [idleTask(), idleTask({ family: 'other' })] })
  const a = await runOne(client, { startedBy: 'a' })
  const b = await runOne(client, { startedBy: 'b' })
  const other = await runOne(client, { taskDefinition: 'other' })
  const list = async (input: object) => (await client.send(new ListTasksCommand({ cluster, ...input }))).taskArns
  expect(await list({})).toEqual([a, b, other])
  expect(await list({ startedBy: 'b' })).toEqual([b])
  expect(await list({ family: 'other' })).toEqual([other])
  await client.send(new StopTaskCommand({ cluster, task: b }))
  expect(await list({ startedBy: 'b' })).toEqual([])
  expect(await list({ family: 'runner', desiredStatus: 'STOPPED' })).toEqual([b])
})

test.each([
  { startedBy: 'b', desiredStatus: 'STOPPED' as const },
  { startedBy: 'b', desiredStatus: 'RUNNING' as const },
  { startedBy: 'b', family: 'runner' },
])('startedBy must be the only filter: %j is rejected', async (input) => {
  const { client } = await startTestEcs()
  const refused = await client.send(new ListTasksCommand({ cluster, ...input })).catch((error) => error)
  expect(refused).toBeInstanceOf(InvalidParameterException)
})

test('a missing program stops the task with TaskFailedToStart', async () => {
  const command: [string] = ['/nonexistent/program']
  const { client, dataDir, events } = await startTestEcs({ taskDefinitions: [idleTask({ command })] })
  const stopped = await untilStatus(client, await runOne(client), 'STOPPED')
  expect(stopped.stopCode).toBe('TaskFailedToStart')
  expect(stopped.stoppedReason).toContain('ENOENT')
  expect(stopped.containers?.[0]?.reason).toContain('ENOENT')
  expect(stopped.startedAt).toBeUndefined()
  await expect.poll(() => events.at(-1)?.detail.stopCode).toBe('TaskFailedToStart')
  expect(logOf(dataDir, stopped.taskArn ?? '')).toBe('')
})

test('a request can override only the variables that the definition allows', async () => {
  const { client } = await startTestEcs()
  const environment = Object.keys(LeaseEnv.shape).map((name) => ({ name, value: '1' }))
  const lease = { name: 'runner', environment }
  await runOne(client, { overrides: { containerOverrides: [lease] } })
  const refused: RunTaskCommandInput['overrides'][] = [
    {
      containerOverrides: [
        { name: 'runner', environment: [...environment, { name: 'NODE_OPTIONS', value: '--import x' }] },
      ],
    },
    { containerOverrides: [{ name: 'runner', environment: [{ name: 'attempt', value: '1' }] }] },
    { containerOverrides: [{ name: 'runner', environment: [{ name: 'PATH', value: '/tmp' }] }] },
    { containerOverrides: [lease, { name: 'runner', environment: [{ name: 'LD_PRELOAD', value: '/tmp/x.so' }] }] },
    { containerOverrides: [{ ...lease, command: ['sh'] }] },
    { containerOverrides: [{ ...lease, cpu: 1024 }] },
    { containerOverrides: [{ ...lease, memory: 1024 }] },
    { containerOverrides: [{ ...lease, environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::b/k' }] }] },
    { containerOverrides: [{ ...lease, resourceRequirements: [{ type: 'GPU', value: '1' }] }] },
    { containerOverrides: [{ ...lease, name: 'other' }] },
    { containerOverrides: [lease], taskRoleArn: 'arn:aws:iam::000000000000:role/other' },
    { containerOverrides: [lease], executionRoleArn: 'arn:aws:iam::000000000000:role/other' },
    { containerOverrides: [lease], cpu: '1024' },
    { containerOverrides: [lease], memory: '1024' },
    { containerOverrides: [lease], ephemeralStorage: { sizeInGiB: 100 } },
  ]
  for (const overrides of refused) {
    const error = await runOne(client, { overrides }).catch((thrown) => thrown)
    expect(error, JSON.stringify(overrides)).toMatchObject({ name: 'InvalidParameterException' })
  }
  const { taskArns } = await client.send(new ListTasksCommand({ cluster }))
  expect(taskArns).toHaveLength(1)
})

test('an invalid environment stops the task with TaskFailedToStart', async () => {
  const { client } = await startTestEcs({ taskDefinitions: [idleTask({ variables: ['TEXT'] })] })
  const environment = [{ name: 'TEXT', value: 'a\0b' }]
  const arn = await runOne(client, { overrides: { containerOverrides: [{ name: 'runner', environment }] } })
  expect((await untilStatus(client, arn, 'STOPPED')).stopCode).toBe('TaskFailedToStart')
})

test('unknown operations and malformed JSON get AWS JSON 1.1 errors', async () => {
  const { client, url } = await startTestEcs()
  const unknown = await client.send(new ListClustersCommand()).catch((error) => error)
  expect(unknown.name).toBe('UnknownOperationException')
  expect(unknown.$metadata.httpStatusCode).toBe(400)

  const headers = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.RunTask', authorization }
  const malformed = await fetch(url, { method: 'POST', headers, body: '{"cluster":' })
  expect(malformed.status).toBe(400)
  expect(malformed.headers.get('content-type')).toBe('application/x-amz-json-1.1')
  expect(await malformed.json()).toMatchObject({ __type: 'SerializationException' })
})

test('the logs of the last fifty tasks are kept', async () => {
  const taskDefinitions = [scriptTask('', { command: ['/bin/echo', 'done'] })]
  const { client, dataDir } = await startTestEcs({ taskDefinitions })
  const oldest = await runOne(client)
  await untilStatus(client, oldest, 'STOPPED')
  const batch = new RunTaskCommand({ cluster, taskDefinition: 'runner', count: 10 })
  for (let tasks = 0; tasks < 50; tasks += 10) await client.send(batch)
  const listRunning = async () => (await client.send(new ListTasksCommand({ cluster }))).taskArns
  await expect.poll(listRunning).toEqual([])
  expect(logOf(dataDir, oldest)).toBe('done\n')

  afterHours(2)
  const newest = await runOne(client)
  await untilStatus(client, newest, 'STOPPED')
  await expect.poll(() => logOf(dataDir, oldest)).toBe('')
  await untilLogged(dataDir, newest, 'done\n')
})
