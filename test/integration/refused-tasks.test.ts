import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ECSClient } from '@aws-sdk/client-ecs'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { dispatch } from '../../functions/generations/dispatch.ts'
import type { Cluster, Queue, Table } from '../../shared/aws/clients.ts'
import { enqueue, listQueue, listSlots } from '../../shared/aws/queue.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { reserve } from '../../shared/aws/variant-store.ts'
import { DEFAULT_BRANCH_KEY, type Variant, variantKey } from '../../shared/variant.ts'
import { DynamoDbDouble } from '../simulation/dynamodb-double.ts'

interface Answer {
  status: number
  body: object
}

const ROLE = 'arn:aws:sts::123456789012:assumed-role/docsfy-FunctionsDispatchRole-1A2B/docsfy-Dispatch'
const refusal = (type: string, message: string): Answer => ({ status: 400, body: { __type: type, message } })
const accessDenied = refusal('AccessDeniedException', `User: ${ROLE} is not authorized to perform: ecs:RunTask`)
const started: Answer = { status: 200, body: { tasks: [{ taskArn: 'arn:aws:ecs:us-east-1:123456789012:task/c/1' }] } }

/** RunTask's response from now on. */
let answer: Answer
let asked = 0
const server = createServer((_, response) => {
  asked++
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer.body))
})
let client: ECSClient
let world: ReturnType<typeof newWorld>

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  client = new ECSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 })
})
afterAll(() => {
  client.destroy()
  server.close()
})
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  world = newWorld()
})
afterEach(() => void vi.useRealTimers())

const refusals: [string, Answer][] = [
  ['the policy is being replaced', accessDenied],
  ['a role may not be passed yet', refusal('AccessDeniedException', `${ROLE} is not authorized to iam:PassRole`)],
  ['the task definition is gone', refusal('ClientException', 'TaskDefinition is inactive')],
  ['the cluster is being replaced', refusal('ClusterNotFoundException', 'Cluster not found.')],
  ['the network is being replaced', refusal('InvalidParameterException', "The subnet ID 'subnet-1' does not exist")],
  ['the platform does not fit', refusal('PlatformTaskDefinitionIncompatibilityException', 'no')],
]

test.each(refusals)('a RunTask refused because %s is retried, and explained in plain words', async (_, refused) => {
  const key = await world.ask('anna', 'one')
  answer = refused
  await world.round()
  const waiting = await world.record(key)
  expect(waiting).toMatchObject({ status: 'generating', stage: 'queued', attempt: 2, deaths: 0 })
  expect(waiting.waitingReason).toMatch(/^AWS does not let docsfy start a task right now/)
  expect(JSON.stringify(waiting)).not.toMatch(/arn:|123456789012|Role/)
  expect(await listSlots(world.table)).toEqual([])
  expect(await listQueue(world.table)).toMatchObject([{ key }, { key }])
  expect(JSON.stringify(world.logged)).toContain(Object(refused.body).message)

  answer = started
  await world.round()
  expect(await world.record(key)).toMatchObject({ stage: 'starting', attempt: 2, taskArn: expect.any(String) })
  expect((await world.record(key)).refused).toBeUndefined()
})

test('while AWS refuses, each round tries only once', async () => {
  for (const name of ['one', 'two', 'three']) await world.ask('anna', name)
  answer = accessDenied
  asked = 0
  await world.round()
  expect(asked).toBe(1)
})

test('after half an hour of refusals, all waiting generations end in error', async () => {
  const keys = [await world.ask('anna', 'one'), await world.ask('anna', 'two'), await world.ask('bert', 'one')]
  answer = accessDenied
  await world.rounds(30)
  for (const key of keys) expect(await world.record(key)).toMatchObject({ status: 'generating' })
  await world.rounds(2)
  for (const key of keys) {
    const record = await world.record(key)
    expect(record).toMatchObject({
      status: 'error',
      errorMessage: expect.stringMatching(/refused every attempt.*30 min/),
    })
    expect(JSON.stringify(record)).not.toMatch(/arn:|123456789012|Role/)
  }
  expect(await listSlots(world.table)).toEqual([])

  const later = await world.ask('bert', 'two')
  await world.round()
  expect(await world.record(later)).toMatchObject({ status: 'generating', stage: 'queued' })
})

test('two refusals a night apart do not end a generation', async () => {
  const key = await world.ask('anna', 'one')
  answer = accessDenied
  await world.round()
  vi.setSystemTime(Date.now() + 10 * 3_600_000)
  await world.round()
  expect(await world.record(key)).toMatchObject({ status: 'generating', stage: 'queued' })
})

test('only consecutive refusals count: a lack of capacity in between resets them', async () => {
  const key = await world.ask('anna', 'one')
  answer = accessDenied
  await world.rounds(29)
  answer = { status: 200, body: { tasks: [], failures: [{ reason: 'Capacity is unavailable at this time.' }] } }
  await world.round()
  expect((await world.record(key)).waitingReason).toBe('AWS has no capacity for another task right now')
  answer = accessDenied
  await world.rounds(29)
  expect(await world.record(key)).toMatchObject({ status: 'generating' })
})

test.each([
  ["You've reached the limit on the number of vCPUs you can run concurrently", /quota for running tasks/],
  ['Capacity is unavailable at this time. Please try again later', /no capacity/],
  [`something about ${ROLE}`, /could not start a task right now/],
])('the reason for waiting is explained in plain words: %s', async (reason, plain) => {
  const key = await world.ask('anna', 'one')
  answer = { status: 200, body: { tasks: [], failures: [{ reason }] } }
  await world.round()
  expect((await world.record(key)).waitingReason).toMatch(plain)
})

function newWorld() {
  const double = new DynamoDbDouble()
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) =>
    double.execute(name, input)
  const table = { client: { send }, name: 'docsfy' } as unknown as Table
  const queue = { client: { send: async () => ({}) }, url: '' } as unknown as Queue
  const cluster: Cluster = {
    client,
    cluster: 'c',
    taskDefinition: 'runner',
    containerName: 'runner',
    subnets: [],
    securityGroups: [],
    assignPublicIp: false,
  }
  const logged: unknown[] = []
  const note = (message: string, facts?: object) => void logged.push({ message, ...facts })
  const log = { debug: note, info: note, warn: note, error: note }
  const options = { maxActive: 4, maxActivePerOwner: 4, generationTimeoutMinutes: 60, credentialsFor: ['admins'], log }
  const round = async () => await dispatch({ table, queue, cluster }, options)
  let generations = 0
  return {
    table,
    logged,
    round,
    /** Runs one round per minute, like the sweeper's rings. */
    async rounds(count: number) {
      for (let minute = 0; minute < count; minute++) {
        await round()
        vi.setSystemTime(Date.now() + 60_000)
      }
    },
    record: async (key: string) => (await readRecord(table, key)) ?? expect.fail('there is no record'),
    /** Adds a waiting generation. @returns the variant's key */
    async ask(owner: string, name: string): Promise<string> {
      const variant: Variant = { owner, name, branch: DEFAULT_BRANCH_KEY, provider: 'claude', model: 'm' }
      const generationId = `${String(++generations).padStart(8, '0')}-0000-4000-8000-000000000000`
      const queuedAt = new Date().toISOString()
      const wanted = { repoUrl: 'https://host/a/b', askedRef: null, repoType: null, timeoutMinutes: 1, force: false }
      const key = variantKey(variant)
      await enqueue(table, { owner, key, generationId, queuedAt, atFront: false })
      await reserve(table, variant, { ...wanted, generationId, pageScope: generationId, queuedAt }, undefined)
      return key
    },
  }
}
