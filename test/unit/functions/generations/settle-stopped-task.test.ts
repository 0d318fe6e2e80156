import { expect, test, vi } from 'vitest'
import { settleStoppedTask } from '../../../../functions/generations/settle-stopped-task.ts'
import type { Queue, Table } from '../../../../shared/aws/clients.ts'
import { listSlots, takeSlot } from '../../../../shared/aws/queue.ts'
import { readRecord } from '../../../../shared/aws/records.ts'
import { reserve, transition } from '../../../../shared/aws/variant-store.ts'
import type { Lease } from '../../../../shared/generation.ts'
import type { TaskEnd, Writes } from '../../../../shared/lifecycle.ts'
import { type Variant, variantKey } from '../../../../shared/variant.ts'
import { DynamoDbDouble } from '../../../simulation/dynamodb-double.ts'
import { launched } from '../../../support/launched.ts'

const variant: Variant = { owner: 'anna', name: 'one', branch: 'main', provider: 'claude', model: 'm' }
const assignment = {
  generationId: '00000001-0000-4000-8000-000000000000',
  repoUrl: 'https://host/group/one',
  askedRef: null,
  repoType: null,
  timeoutMinutes: 1,
  force: false,
  pageScope: '00000001-0000-4000-8000-000000000000',
  queuedAt: '2027-01-01T00:00:00.000Z',
}
const log = { debug() {}, info() {}, warn() {}, error() {} }

async function reserved(): Promise<{ table: Table; queue: Queue; leaseOf: (attempt: number) => Lease }> {
  const double = new DynamoDbDouble()
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) =>
    double.execute(name, input)
  const table = { client: { send }, name: 'docsfy' } as unknown as Table
  const queue = { client: { send: async () => ({}) }, url: '' } as unknown as Queue
  const leaseOf = (attempt: number) => ({
    key: variantKey(variant),
    generationId: assignment.generationId,
    attempt,
  })
  await reserve(table, variant, assignment, undefined)
  return { table, queue, leaseOf }
}

/** A generation that has ended while its second attempt still holds the slot. */
async function endedWithItsTask() {
  const { table, queue, leaseOf } = await reserved()
  await takeSlot(table, { ...leaseOf(2), owner: 'anna' }, new Set(), 1)
  await transition(table, 'fail', leaseOf(1), { errorMessage: 'no' })
  return { table, queue, leaseOf }
}

test('a late report of an earlier attempt does not free the slot of a later one', async () => {
  const { table, queue, leaseOf } = await endedWithItsTask()
  await settleStoppedTask({ table, queue }, leaseOf(1), { by: 'host', reason: 'late' }, log)
  expect(await listSlots(table)).toMatchObject([{ attempt: 2 }])
  await settleStoppedTask({ table, queue }, leaseOf(2), { by: 'host', reason: 'its own' }, log)
  expect(await listSlots(table)).toEqual([])
})

test('messages on a record never contain AWS accounts, roles or resource names', async () => {
  const double = new DynamoDbDouble()
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) =>
    double.execute(name, input)
  const table = { client: { send }, name: 'docsfy' } as unknown as Table
  await reserve(table, variant, assignment, undefined)
  const lease = { key: variantKey(variant), generationId: assignment.generationId, attempt: 1 }
  const message = 'User: arn:aws:sts::123456789012:assumed-role/docsfy-Role/x is not authorized'
  await transition(table, 'launch', lease, launched())
  const refused = await transition(table, 'refuse', lease, { waitingReason: message })
  expect(refused).toMatchObject({
    applied: true,
    record: { waitingReason: 'User: (an AWS resource) is not authorized' },
  })
  const failed = await transition(table, 'fail', { ...lease, attempt: 2 }, { errorMessage: message })
  expect(failed).toMatchObject({ applied: true, record: { errorMessage: 'User: (an AWS resource) is not authorized' } })
})

const byHost = { by: 'host', reason: 'its host was shut down' } as const
const byItself = { by: 'itself', reason: 'it ran out of memory; exit code 137' } as const

type Noted = Pick<Writes<'progress'>, 'deaths' | 'hostEnds'>

/** A generation with an `end` that starts the next attempt and ends its task. */
async function generationWithEnds() {
  const { table, queue, leaseOf } = await reserved()
  let attempt = 1
  const { key } = leaseOf(1)
  const end = async (how: TaskEnd, noted: Noted = {}, hungReason?: string) => {
    const lease = { ...leaseOf(attempt), me: `task-${attempt}` }
    await transition(table, 'launch', lease, launched())
    await transition(table, 'claim', lease, { claimedBy: lease.me, taskArn: lease.me })
    await transition(table, 'progress', lease, {
      heartbeats: attempt,
      progressSteps: attempt,
      ranSeconds: attempt,
      ...noted,
    })
    if (hungReason) await transition(table, 'condemn', lease, { hungReason })
    await settleStoppedTask({ table, queue }, lease, how, log)
    const record = await readRecord(table, key)
    attempt = record?.attempt ?? attempt
    return record
  }
  return { end, table, queue }
}

test('a host that ends tasks never fails a generation, which waits 10 seconds from the fourth end on, then doubles up to 5 minutes', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2027-01-01T12:00:00Z') })
  try {
    const { end } = await generationWithEnds()
    const waits: number[] = []
    for (let times = 1; times <= 10; times++) {
      const record = await end(byHost)
      expect(record).toMatchObject({ status: 'generating', attempt: times + 1, deaths: 0 })
      waits.push(record?.notBefore ? (Date.parse(record.notBefore) - Date.now()) / 1_000 : 0)
      if (times === 3) expect(record?.waitingReason).toBe('Its task ended: its host was shut down')
      if (times === 5) {
        expect(record?.waitingReason).toBe(
          'Its task ended: its host was shut down; its host has ended 5 tasks in a row; resuming at 12:00:20 UTC',
        )
      }
    }
    expect(waits).toEqual([0, 0, 0, 10, 20, 40, 80, 160, 300, 300])
    expect((await end(byHost, { deaths: 0, hostEnds: 0 }))?.notBefore).toBeUndefined()
  } finally {
    vi.useRealTimers()
  }
})

test('three failures in a row fail a generation with the last reason, even with ends by the host in between', async () => {
  const { end } = await generationWithEnds()
  for (const how of [byItself, byHost, byItself, byHost]) expect((await end(how))?.status).toBe('generating')
  expect(await end({ by: 'itself', reason: 'its process ended; exit code 1' })).toMatchObject({
    status: 'error',
    errorMessage: expect.stringMatching(
      /^The task ended 3 times without a result\. The last reason: its process ended; exit code 1\. Finished pages are kept: generate again/,
    ),
  })
})

test('failures are counted from zero after each new page', async () => {
  const { end } = await generationWithEnds()
  for (let times = 1; times <= 8; times++) {
    const noted = times % 2 === 0 ? { deaths: 0, hostEnds: 0 } : {}
    expect(await end(byItself, noted)).toMatchObject({
      status: 'generating',
      deaths: times === 1 || times % 2 === 0 ? 1 : 2,
    })
  }
})

test('a task that the sweeper stopped because it hung counts as a failure', async () => {
  const { end } = await generationWithEnds()
  expect(await end(byHost)).toMatchObject({ deaths: 0, hostEnds: 1 })
  const hungReason = 'The runner stopped sending heartbeats'
  expect(await end(byHost, {}, hungReason)).toMatchObject({
    deaths: 1,
    hostEnds: 1,
    waitingReason: `Its task ended: ${hungReason}`,
  })
})
