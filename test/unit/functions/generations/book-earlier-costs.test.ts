import { beforeEach, expect, test } from 'vitest'
import { bookEarlierCosts } from '../../../../functions/generations/book-earlier-costs.ts'
import type { Table } from '../../../../shared/aws/clients.ts'
import { EVERYBODY, readSpent } from '../../../../shared/aws/ledger.ts'
import { readRecord } from '../../../../shared/aws/records.ts'
import { shardOf } from '../../../../shared/aws/table.ts'
import { removeRecord, reserve } from '../../../../shared/aws/variant-store.ts'
import { textOfPosition } from '../../../../shared/position.ts'
import { type Variant, variantKey } from '../../../../shared/variant.ts'
import { DynamoDbDouble } from '../../../simulation/dynamodb-double.ts'

const at = '2026-01-01T00:00:00.000Z'
let double: DynamoDbDouble
let table: Table
let ids = 0

beforeEach(() => {
  double = new DynamoDbDouble()
  const send = async (command: { constructor: { name: string }; input: object }) =>
    double.execute(command.constructor.name, command.input)
  table = { client: { send } as never, name: 'docsfy' }
})

const variantOf = (owner: string, model: string): Variant => ({
  owner,
  name: 'one',
  branch: 'main',
  provider: 'claude',
  model,
})
const idOf = () => `${String(++ids).padStart(8, '0')}-0000-4000-8000-000000000000`

/** Writes a record as versions without totals left it. */
function leaveRecord(variant: Variant, costUsd: number | undefined, status = 'ready'): void {
  const key = variantKey(variant)
  const generationId = idOf()
  const assignment = {
    repoUrl: 'https://host/group/one',
    askedRef: null,
    repoType: null,
    timeoutMinutes: 1,
    force: false,
  }
  const record = {
    ...variant,
    ...assignment,
    key,
    generationId,
    pageScope: generationId,
    status,
    stage: null,
    attempt: 1,
  }
  const times = { queuedAt: at, createdAt: at, updatedAt: at }
  const index = { shard: shardOf(key), change: textOfPosition({ updatedAt: at, key }) }
  const cost = costUsd === undefined ? {} : { costUsd }
  double.execute('PutCommand', { Item: { pk: `VARIANT#${key}`, sk: 'RECORD', ...record, ...times, ...cost, ...index } })
}

const totals = async () => ({
  anna: await readSpent(table, 'anna'),
  bert: await readSpent(table, 'bert'),
  all: await readSpent(table, EVERYBODY),
})

test('costs from before docsfy kept totals are booked once', async () => {
  for (const [owner, model, cost] of [
    ['anna', 'a', 0.3],
    ['anna', 'b', 0.6],
    ['anna', 'c', undefined],
    ['bert', 'a', 2],
  ] as const)
    leaveRecord(variantOf(owner, model), cost)
  leaveRecord(variantOf('bert', 'running'), 7, 'generating')
  expect(await totals()).toEqual({ anna: 0, bert: 0, all: 0 })
  await Promise.all([bookEarlierCosts({ table }), bookEarlierCosts({ table })])
  expect(await totals()).toEqual({ anna: 0.9, bert: 2, all: 2.9 })
  await bookEarlierCosts({ table })
  expect(await totals()).toEqual({ anna: 0.9, bert: 2, all: 2.9 })
})

test('such a cost is booked once even if its record is reused or removed first', async () => {
  const [used, removed] = [variantOf('anna', 'a'), variantOf('anna', 'b')]
  leaveRecord(used, 0.3)
  leaveRecord(removed, 0.6)
  const before = await readRecord(table, variantKey(used))
  const generationId = idOf()
  const assignment = {
    generationId,
    repoUrl: 'https://host/group/one',
    askedRef: null,
    repoType: null,
    timeoutMinutes: 1,
  }
  const second = { ...assignment, force: false, pageScope: generationId, queuedAt: '2026-01-02T00:00:00.000Z' }
  const { applied, record } = await reserve(table, used, second, before)
  expect({ applied, spentUsd: record?.spentUsd, costUsd: record?.costUsd }).toEqual({ applied: true, spentUsd: 0.3 })
  const old = await readRecord(table, variantKey(removed))
  expect(old && (await removeRecord(table, old))).toBe(true)
  await bookEarlierCosts({ table })
  expect(await totals()).toEqual({ anna: 0.9, bert: 0, all: 0.9 })
})
