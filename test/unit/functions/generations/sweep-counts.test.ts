import { InvalidParameterException } from '@aws-sdk/client-ecs'
import { beforeEach, expect, test } from 'vitest'
import { newMemory } from '../../../../functions/generations/sweep/memory.ts'
import { sweep } from '../../../../functions/generations/sweep.ts'
import { scheduleCleanup } from '../../../../shared/aws/cleanups.ts'
import type { Bucket, Cluster, Queue, Table } from '../../../../shared/aws/clients.ts'
import { enqueue, listQueue, listSlots, takeSlot } from '../../../../shared/aws/queue.ts'
import { readRecord } from '../../../../shared/aws/records.ts'
import { reserve, transition } from '../../../../shared/aws/variant-store.ts'
import type { Lease } from '../../../../shared/generation.ts'
import { entryOf } from '../../../../shared/turns.ts'
import { type Variant, variantKey } from '../../../../shared/variant.ts'
import { Meter } from '../../../simulation/meter.ts'
import { launched } from '../../../support/launched.ts'

type Send = (command: { constructor: { name: string }; input: object }) => Promise<Record<string, unknown>>

let meter: Meter
let table: Table
let ecsCalls: Map<string, number>
let described: string[]
let badArns: Set<string>
let ended: Set<string>
let rings: number
let errors: string[]
let memory = newMemory()
/** The objects of the bucket. */
let objects: Set<string>
let onDelete: (keys: string[]) => void

beforeEach(() => {
  meter = new Meter()
  table = { client: clientOf(async ({ constructor: { name }, input }) => meter.execute(name, input)), name: 'docsfy' }
  ecsCalls = new Map()
  described = []
  badArns = new Set()
  ended = new Set()
  rings = 0
  errors = []
  memory = newMemory()
  objects = new Set()
  onDelete = () => {}
})

const clientOf = <Client>(send: Send): Client => ({ send }) as unknown as Client

const queue: Queue = {
  client: clientOf(async () => {
    rings++
    return {}
  }),
  url: '',
}

/** Every task runs, unless it has ended. One bad ARN fails the whole call. */
const cluster: Cluster = {
  client: clientOf(async ({ constructor: { name }, input }) => {
    ecsCalls.set(name, (ecsCalls.get(name) ?? 0) + 1)
    const { tasks = [] } = input as { tasks?: string[] }
    if (tasks.some((arn) => badArns.has(arn)))
      throw new InvalidParameterException({ message: 'Identifier is invalid', $metadata: {} })
    described.push(...tasks)
    if (name !== 'DescribeTasksCommand') return { taskArns: [] }
    return { tasks: tasks.map((taskArn) => ({ taskArn, ...stateOf(taskArn) })) }
  }),
  ...{ cluster: 'docsfy', taskDefinition: 'runner', containerName: 'runner' },
  ...{ subnets: [], securityGroups: [], assignPublicIp: false },
}

const stateOf = (taskArn: string) =>
  ended.has(taskArn)
    ? { lastStatus: 'STOPPED', stopCode: 'SpotInterruption', containers: [] }
    : { lastStatus: 'RUNNING', containers: [{ lastStatus: 'RUNNING' }] }

const bucket: Bucket = {
  client: clientOf(async ({ constructor: { name }, input }) => {
    const { Prefix = '', Delete } = input as { Prefix?: string; Delete?: { Objects: { Key: string }[] } }
    if (name === 'ListObjectsV2Command')
      return { Contents: [...objects].filter((key) => key.startsWith(Prefix)).map((Key) => ({ Key })) }
    const keys = Delete?.Objects.map(({ Key }) => Key) ?? []
    onDelete(keys)
    for (const key of keys) objects.delete(key)
    return {}
  }),
  name: 'docsfy',
}

const log = { debug() {}, info() {}, warn() {}, error: (message: string) => void errors.push(message) }

const PLENTY = 60_000

const sweepNow = async (leftMs: () => number = () => PLENTY) =>
  await sweep({ table, queue, cluster, bucket }, log, { everySeconds: 60, memory, leftMs })

const variantOf = (number: number): Variant => ({
  owner: `owner-${number % 7}`,
  name: `project-${number}`,
  branch: 'main',
  provider: 'claude',
  model: 'm',
})

const leaseFor = (number: number): Lease => ({
  key: variantKey(variantOf(number)),
  generationId: `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`,
  attempt: 1,
})

const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString()

/** Reserves a variant whose request came this many seconds ago. */
async function reserveOne(number: number, seconds = 600): Promise<void> {
  const { generationId } = leaseFor(number)
  const assignment = {
    generationId,
    repoUrl: `https://host/group/project-${number}`,
    ...{ askedRef: null, repoType: null, timeoutMinutes: 60, force: false },
    pageScope: generationId,
    queuedAt: secondsAgo(seconds + number / 1_000),
  }
  await reserve(table, variantOf(number), assignment, undefined)
}

async function makeWaiting(count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    await reserveOne(number)
    const record = await readRecord(table, leaseFor(number).key)
    if (record) await enqueue(table, entryOf(record))
  }
}

const arnOf = (number: number): string => `arn:aws:ecs:us-east-1:1:task/docsfy/${number}`

async function makeRunning(count: number, { withSlots = true } = {}): Promise<void> {
  const taken = new Set<number>()
  for (let number = 0; number < count; number++) {
    await reserveOne(number)
    const [lease, taskArn] = [leaseFor(number), arnOf(number)]
    if (withSlots) await takeSlot(table, { ...lease, owner: variantOf(number).owner }, taken, count)
    taken.add(number)
    await transition(table, 'launch', lease, { ...launched(), launchedAt: secondsAgo(300) })
    await transition(table, 'claim', { ...lease, me: taskArn }, { claimedBy: taskArn, taskArn })
  }
}

async function beat(count: number, heartbeats: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const lease = { ...leaseFor(number), me: arnOf(number) }
    await transition(table, 'progress', lease, { heartbeats, progressSteps: heartbeats, ranSeconds: heartbeats })
  }
}

async function counted(work: () => Promise<void>) {
  meter.reset()
  ecsCalls.clear()
  await work()
  const { reads, writes, indexWrites, total, calls } = meter
  return { reads, writes: writes + indexWrites, total, calls: Object.fromEntries(calls) }
}

test('a sweep that finds nothing takes seven small reads the first time, then six, and writes nothing', async () => {
  await sweepNow()
  const idle = await counted(sweepNow)
  expect(idle).toMatchObject({ reads: 4.5, writes: 0, total: 7 })
  expect(rings).toBe(0)
  expect(ecsCalls.size).toBe(0)
})

test('records that wait cost a sweep no read or write of their own: 100 and 2,000 take the same calls', async () => {
  const [few, many] = await bothSizes(makeWaiting, async () => {
    await sweepNow()
    return await counted(sweepNow)
  })
  expect(few.calls).toEqual(many.calls)
  expect(many.calls).not.toHaveProperty('Get VARIANT')
  expect([few.writes, many.writes]).toEqual([0, 0])
  expect(many.reads / 2_000).toBeLessThan(0.12)
  expect(many.reads / few.reads).toBeLessThan(20)
})

test('a healthy task costs a sweep one read, a hundredth of a call to ECS, and no write', async () => {
  const [few, many] = await bothSizes(makeRunning, async (count) => {
    const first = await counted(sweepNow)
    await beat(count, 4)
    const next = await counted(sweepNow)
    return { first, next, ecs: Object.fromEntries(ecsCalls) }
  })
  for (const [count, { first, next, ecs }] of [[100, few] as const, [2_000, many] as const]) {
    expect(next.calls).toMatchObject({ 'Get VARIANT': count, 'Query SLOTS': 1 })
    expect(next.calls).not.toHaveProperty('Update observe')
    expect(next.writes).toBe(0)
    expect(next.reads / count).toBeLessThan(1.2)
    expect(ecs).toEqual({ DescribeTasksCommand: count / 100 })
    // A new process writes down what it sees, once.
    expect(first.calls['Update observe']).toBe(count)
  }
})

test('a silent task costs one write for each sweep', async () => {
  await makeRunning(100)
  await sweepNow()
  expect((await counted(sweepNow)).calls['Update observe']).toBe(100)
})

/** Runs with 100 and with 2,000 records. */
async function bothSizes<Result>(
  make: (count: number) => Promise<void>,
  run: (count: number) => Promise<Result>,
): Promise<[Result, Result]> {
  const results: Result[] = []
  for (const count of [100, 2_000]) {
    meter = new Meter()
    memory = newMemory()
    await make(count)
    results.push(await run(count))
  }
  return results as [Result, Result]
}

test('only a record that is missing from the queue is put back', async () => {
  await makeWaiting(100)
  meter.double.execute('DeleteCommand', { Key: await waitingKeyOf(7) })
  const { calls } = await counted(sweepNow)
  expect(calls).toMatchObject({ 'Get VARIANT': 1, 'Put WAITING': 1 })
  expect(await listQueue(table)).toHaveLength(100)
  expect(rings).toBe(2)
})

async function waitingKeyOf(number: number) {
  const record = await readRecord(table, leaseFor(number).key)
  return { pk: 'WAITING', sk: `${record?.owner}#${record?.queuedAt}#${record?.generationId}` }
}

/** A clock that runs out after so many calls of this kind. */
function timeFor(most: number, label: string): () => number {
  let done = 0
  meter.onCall = (each) => {
    if (each === label) done++
  }
  return () => (done < most ? PLENTY : 0.2 * PLENTY - 1)
}

test.each([
  { withSlots: true, what: 'tasks' },
  { withSlots: false, what: 'records without a slot' },
])('$what that a sweep had no time for come first in the next one, and each has its turn', async ({ withSlots }) => {
  await makeRunning(1_000, { withSlots })
  const seen: string[][] = []
  for (let sweeps = 0; sweeps < 4; sweeps++) {
    described = []
    await sweepNow(timeFor(250, 'Get VARIANT'))
    seen.push(described)
  }
  expect(seen.map((arns) => arns.length)).toEqual([300, 300, 300, 300])
  const firstThousand = seen.flat().slice(0, 1_000)
  expect(new Set(firstThousand).size).toBe(1_000)
})

test('costs that a sweep had no time for come first in the next one', async () => {
  for (let number = 0; number < 300; number++) {
    await reserveOne(number)
    await transition(table, 'fail', leaseFor(number), { errorMessage: 'no' })
  }
  const closed: number[] = []
  for (let sweeps = 0; sweeps < 3; sweeps++) {
    const { calls } = await counted(async () => await sweepNow(timeFor(50, 'Get VARIANT')))
    closed.push(calls['Update close'] ?? 0)
  }
  expect(closed).toEqual([100, 100, 100])
})

test('a sweep with time for everything keeps no place', async () => {
  await makeRunning(300)
  await sweepNow(timeFor(50, 'Get VARIANT'))
  expect([...meter.double.items.values()].filter(({ pk }) => pk === 'SWEEP')).toMatchObject([{ slots: 99 }])
  await sweepNow()
  expect([...meter.double.items.values()].filter(({ pk }) => pk === 'SWEEP')).toEqual([])
})

test('a bad record, a bad ARN and a task that ended keep no other from its turn', async () => {
  await makeRunning(200)
  badArns.add(arnOf(5))
  ended.add(arnOf(6))
  const { key, generationId } = leaseFor(7)
  const bad = { pk: `VARIANT#${key}`, sk: 'RECORD', activeShard: 'active', queuedAt: secondsAgo(900), generationId }
  meter.double.execute('PutCommand', { Item: bad })
  await sweepNow()
  expect(new Set(described).size).toBe(198)
  // The bad record is found by its slot; the bad ARN is asked for alone.
  expect(errors.toSorted()).toEqual(['a slot could not be swept', 'a task could not be looked up'])
  expect(await readRecord(table, leaseFor(6).key)).toMatchObject({ attempt: 2, hostEnds: 1, stage: 'queued' })
  expect(rings).toBe(1)
})

test('a job that fails keeps no other from being done, and the sweep reports it', async () => {
  await makeRunning(10)
  ended.add(arnOf(3))
  meter.onCall = (label) => {
    if (['Query CLEANUP', 'Query active', 'Get SWEEP'].includes(label)) throw new Error(`no ${label}`)
  }
  await expect(sweepNow()).rejects.toThrow('4 parts of the sweep failed: Error: no Get SWEEP')
  expect(await readRecord(table, leaseFor(3).key)).toMatchObject({ attempt: 2 })
})

test('a task that ended frees its slot by what the sweep has read already', async () => {
  await makeRunning(200)
  for (let number = 0; number < 100; number++) {
    ended.add(arnOf(number))
    await transition(table, 'askAbort', leaseFor(number), { abortAskedAt: secondsAgo(5) })
  }
  const { calls } = await counted(sweepNow)
  expect(calls).toMatchObject({ 'Query SLOTS': 1, 'Delete SLOTS': 100 })
  expect(await listSlots(table)).toHaveLength(100)
})

test('one sweep does any number of cleanups, and one that fails is tried again later', async () => {
  const prefixes = Array.from({ length: 2_000 }, (_, number) => `${leaseFor(number).key}/old/`)
  for (const [number, prefix] of prefixes.entries()) {
    objects.add(`${prefix}index.html`)
    await scheduleCleanup(table, leaseFor(number).key, prefix, -1 - number / 100)
  }
  const [bad = ''] = prefixes
  onDelete = (keys) => {
    if (keys.some((key) => key.startsWith(bad))) throw new Error('no')
  }
  const { calls } = await counted(sweepNow)
  expect([...objects]).toEqual([`${bad}index.html`])
  expect(errors).toEqual(['a cleanup failed'])
  const left = [...meter.double.items.values()].filter(({ pk }) => pk === 'CLEANUP')
  expect(left).toMatchObject([{ prefix: bad }])
  expect(Date.parse(String(left[0]?.dueAt))).toBeGreaterThan(Date.now() + 60_000)
  expect(calls).toMatchObject({ 'Query CLEANUP': 1, 'Get VARIANT': 2_000, 'Delete CLEANUP': 2_000, 'Put CLEANUP': 1 })
})
