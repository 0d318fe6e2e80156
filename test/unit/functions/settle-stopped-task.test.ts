import { expect, test } from 'vitest'
import { settleStoppedTask } from '../../../functions/settle-stopped-task.ts'
import type { Queue, Table } from '../../../shared/aws/clients.ts'
import { move, reserve } from '../../../shared/aws/variant-store.ts'
import { listSlots, takeSlot } from '../../../shared/aws/waiting-room.ts'
import type { Lease } from '../../../shared/generation.ts'
import { type Variant, variantKey } from '../../../shared/variant.ts'
import { DynamoDbDouble } from '../../simulation/dynamodb-double.ts'

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

/** A generation that has ended while its second attempt still holds the slot. */
async function endedWithItsTask(): Promise<{ table: Table; queue: Queue; leaseOf: (attempt: number) => Lease }> {
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
  await takeSlot(table, { ...leaseOf(2), owner: 'anna' }, [], 1)
  await move(table, 'fail', leaseOf(1), { errorMessage: 'no' })
  return { table, queue, leaseOf }
}

test('a late report of a former attempt frees no slot of a later one, whose task nobody would know of any more', async () => {
  const { table, queue, leaseOf } = await endedWithItsTask()
  await settleStoppedTask({ table, queue }, leaseOf(1), 'late', log)
  expect(await listSlots(table)).toMatchObject([{ attempt: 2 }])
  await settleStoppedTask({ table, queue }, leaseOf(2), 'its own', log)
  expect(await listSlots(table)).toEqual([])
})

test('no record tells users of accounts, roles or resources, whoever writes the message', async () => {
  const double = new DynamoDbDouble()
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) =>
    double.execute(name, input)
  const table = { client: { send }, name: 'docsfy' } as unknown as Table
  await reserve(table, variant, assignment, undefined)
  const lease = { key: variantKey(variant), generationId: assignment.generationId, attempt: 1 }
  const said = 'User: arn:aws:sts::123456789012:assumed-role/docsfy-Role/x is not authorized'
  const launched = await move(table, 'launch', lease, { launchedAt: assignment.queuedAt, waitingReason: said })
  expect(launched).toMatchObject({
    moved: true,
    record: { waitingReason: 'User: (an AWS resource) is not authorized' },
  })
  const failed = await move(table, 'fail', lease, { errorMessage: said })
  expect(failed).toMatchObject({ moved: true, record: { errorMessage: 'User: (an AWS resource) is not authorized' } })
})
