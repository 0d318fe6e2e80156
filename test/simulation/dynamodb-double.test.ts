import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACTIVE, ENDED, indexedPages } from '../../shared/aws/active-records.ts'
import { dueCleanups, scheduleCleanup } from '../../shared/aws/cleanups.ts'
import type { Table } from '../../shared/aws/clients.ts'
import { addWrongKey, readWrongKeys } from '../../shared/aws/failure-store.ts'
import * as generationIds from '../../shared/aws/generation-ids.ts'
import { correctKnown, dueChecks, learn, readKnown } from '../../shared/aws/known.ts'
import { countCost, readSpent } from '../../shared/aws/ledger.ts'
import * as listings from '../../shared/aws/listings.ts'
import * as queue from '../../shared/aws/queue.ts'
import * as records from '../../shared/aws/records.ts'
import { createUser, findUserByKey, listUsers } from '../../shared/aws/user-store.ts'
import * as variants from '../../shared/aws/variant-store.ts'
import type { Assignment } from '../../shared/generation.ts'
import { type LaterTransition, transitions } from '../../shared/lifecycle.ts'
import { type Variant, variantKey } from '../../shared/variant.ts'
import { type Pairs, startPairs } from './paired-table.ts'
import { transitionBySample } from './sample-writes.ts'

let pairs: Pairs

beforeAll(async () => {
  pairs = await startPairs()
})

afterAll(() => pairs.close())

const keys = fc.record({ pk: fc.constantFrom('a', 'b'), sk: fc.constantFrom('1', '2', '22', '3') })
const values = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom('x', 'xy', 'z'),
  fc.constant(null),
  fc.boolean(),
)
const fields = fc.record(
  {
    n: fc.integer({ min: 0, max: 3 }),
    t: fc.constantFrom('x', 'xy', 'z'),
    v: values,
    bag: fc.array(values, { maxLength: 2 }),
    box: fc.record({ a: values }),
    owner: fc.constantFrom('anna', 'bert'),
    change: fc.constantFrom('2026', '2027'),
    name: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('one', 'two') }, fc.constant(7)),
  },
  { requiredKeys: [] },
)

/** Conditions and their placeholders. Some leave a placeholder unused, or use one that is undefined. */
type Expression = [text: string, ...placeholders: string[]]

const conditions = fc.constantFrom<Expression[]>(
  ['attribute_not_exists(pk)'],
  ['attribute_exists(#n) AND n >= :v', '#n', ':v'],
  ['n = :v OR NOT (t = :w)', ':v', ':w'],
  ['#n <> :v', '#n', ':v'],
  ['(attribute_not_exists(n) OR n = :v) AND attribute_exists(t)', ':v'],
  ['begins_with(t, :w)', ':w'],
  ['contains(bag, :v)', ':v'],
  ['n BETWEEN :v AND :three', ':v', ':three'],
  ['v IN (:v, :w)', ':v', ':w'],
  ['size(bag) > :v', ':v'],
  ['n < :v AND n > :unknown', ':v'],
  ['n = :v', ':v', ':w'],
  ['n = :v AND', ':v'],
)

const updates = fc.constantFrom<Expression[]>(
  ['SET #n = :v', '#n', ':v'],
  ['SET n = if_not_exists(n, :v), t = :w', ':v', ':w'],
  ['SET n = n + :v', ':v'],
  ['SET n = :three - :v REMOVE t, #bag', ':three', ':v', '#bag'],
  ['REMOVE #n', '#n'],
  ['ADD n :v', ':v'],
  ['SET v = t', ''],
  ['SET #owner = :w, change = :w', '#owner', ':w'],
  ['SET sk = :w', ':w'],
)

const placeholders: Record<string, unknown> = { ':three': 3 }
const names: Record<string, string> = { '#n': 'n', '#bag': 'bag', '#owner': 'owner' }

function expressions(parts: Expression[], drawn: { v: unknown; w: string }) {
  const used = new Set(parts.flatMap(([, ...rest]) => rest))
  const all: Record<string, unknown> = { ...placeholders, ':v': drawn.v, ':w': drawn.w }
  const picked = (from: Record<string, unknown>) => Object.entries(from).filter(([name]) => used.has(name))
  const [Names, Values] = [picked(names), picked(all)]
  return {
    ...(Names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(Names) as Record<string, string> }),
    ...(Values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(Values) }),
  }
}

const draws = fc.record({ v: fc.integer({ min: 0, max: 3 }), w: fc.constantFrom('x', 'xy', 'z') })
const ReturnValues = fc.constantFrom('NONE', 'ALL_OLD', 'ALL_NEW') as fc.Arbitrary<'NONE' | 'ALL_OLD' | 'ALL_NEW'>
const maybe = fc.option(conditions, { nil: undefined, freq: 2 })

const guard = (condition: Expression | undefined, more: Expression[], drawn: { v: unknown; w: string }) => ({
  ...(condition && { ConditionExpression: condition[0] }),
  ...expressions(condition ? [condition, ...more] : more, drawn),
})

type Raw = (table: Table) => Promise<unknown>
const raw =
  (make: (TableName: string) => GetCommand | PutCommand | UpdateCommand | DeleteCommand | QueryCommand): Raw =>
  async ({ client, name }) =>
    await client.send(make(name) as GetCommand)

const rawOperations: fc.Arbitrary<Raw> = fc.oneof(
  fc
    .tuple(keys, fields, maybe, draws)
    .map(([key, item, condition, drawn]) =>
      raw((TableName) => new PutCommand({ TableName, Item: { ...item, ...key }, ...guard(condition, [], drawn) })),
    ),
  fc.tuple(keys, updates, maybe, draws, ReturnValues).map(([Key, update, condition, drawn, returned]) =>
    raw(
      (TableName) =>
        new UpdateCommand({
          TableName,
          Key,
          UpdateExpression: update[0],
          ReturnValues: returned,
          ...guard(condition, [update], drawn),
        }),
    ),
  ),
  fc
    .tuple(keys, maybe, draws)
    .map(([Key, condition, drawn]) =>
      raw(
        (TableName) => new DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD', ...guard(condition, [], drawn) }),
      ),
    ),
  keys.map((Key) => raw((TableName) => new GetCommand({ TableName, Key, ConsistentRead: true }))),
  fc
    .tuple(
      keys,
      fc.constantFrom(
        'pk = :pk',
        'pk = :pk AND begins_with(sk, :sk)',
        'pk = :pk AND sk < :sk',
        'pk = :pk AND sk >= :sk',
      ),
      fc.boolean(),
      fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      fc.option(keys, { nil: undefined }),
    )
    .map(([{ pk, sk }, KeyConditionExpression, ScanIndexForward, Limit, start]) =>
      raw(
        (TableName) =>
          new QueryCommand({
            TableName,
            KeyConditionExpression,
            ScanIndexForward,
            ConsistentRead: true,
            ...(Limit !== undefined && { Limit }),
            ...(start && { ExclusiveStartKey: { ...start, pk } }),
            ExpressionAttributeValues: KeyConditionExpression.includes(':sk')
              ? { ':pk': pk, ':sk': sk }
              : { ':pk': pk },
          }),
      ),
    ),
  fc.constantFrom('anna', 'bert').map((owner) =>
    raw(
      (TableName) =>
        new QueryCommand({
          TableName,
          IndexName: 'ownerByChange',
          KeyConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': owner },
        }),
    ),
  ),
)

test('gives the same answer as dynalite to any operation', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rawOperations, { minLength: 30, maxLength: 60 }), async (operations) => {
      const table = await pairs.open()
      // Errors have already been compared.
      for (const operation of operations) await operation(table).catch(rethrowMismatch)
    }),
    { numRuns: 60, endOnFailure: true },
  )
  expect(pairs.operations).toBeGreaterThan(2_000)
})

const rethrowMismatch = (error: Error) => {
  if (!('$metadata' in error)) throw error
}

const ids = ['1', '2', '3'].map((digit) => `0000000${digit}-0000-4000-8000-000000000000`)
const people: Variant[] = ['anna', 'bert'].map((owner) => ({
  owner,
  name: 'one',
  branch: 'main',
  provider: 'claude',
  model: 'm',
}))
const rows = Object.keys(transitions).filter(
  (row) => !['create', 'reserve', 'close', 'remove'].includes(row),
) as LaterTransition[]

const assignmentFor = (generationId: string): Assignment => ({
  generationId,
  repoUrl: 'https://host/group/one',
  askedRef: null,
  repoType: null,
  timeoutMinutes: 1,
  force: false,
  pageScope: generationId,
  queuedAt: new Date().toISOString(),
})

const stores: fc.Arbitrary<Raw> = fc
  .record({
    variant: fc.constantFrom(...people),
    generationId: fc.constantFrom(...ids),
    attempt: fc.integer({ min: 1, max: 2 }),
    me: fc.constantFrom('task-1', 'task-2'),
    row: fc.constantFrom(...rows),
    kind: fc.integer({ min: 0, max: 24 }),
  })
  .map(({ variant, generationId, attempt, me, row, kind }) => async (table) => {
    const key = variantKey(variant)
    const lease = { key, generationId, attempt, me }
    const waiting = {
      owner: variant.owner,
      key,
      generationId,
      queuedAt: '2026-01-01T00:00:00.000Z',
      atFront: kind % 2 === 0,
    }
    const record = await records.readRecord(table, key)
    const place = { key, queuedAt: record?.queuedAt ?? waiting.queuedAt }
    const sample = { me, at: new Date().toISOString() }
    if (kind < 3) await variants.reserve(table, variant, assignmentFor(generationId), record)
    else if (kind < 8)
      await transitionBySample(
        table,
        row,
        record ? { ...lease, generationId: record.generationId, attempt: record.attempt } : lease,
        sample,
      )
    else if (kind === 8) await transitionBySample(table, row, lease, sample)
    else if (kind === 9 && record) await variants.removeRecord(table, record)
    else if (kind === 10) await queue.takeSlot(table, { ...lease, owner: variant.owner }, new Set(), 2)
    else if (kind === 11)
      for (const slot of await queue.listSlots(table))
        await queue.takeOverSlot(table, slot, { ...lease, owner: variant.owner })
    else if (kind === 12) for (const slot of await queue.listSlots(table)) await queue.freeSlot(table, slot)
    else if (kind === 13 || kind === 21)
      await queue.enqueue(table, waiting).then(() => queue.recordTurn(table, { lastTurn: variant.owner }))
    else if (kind === 14) await queue.dequeue(table, waiting).then(() => queue.readLineState(table))
    else if (kind === 15)
      await scheduleCleanup(table, key, `${key}/${generationId}/`, 0).then(() => Array.fromAsync(dueCleanups(table)))
    else if (kind === 16) await generationIds.rememberGeneration(table, key, assignmentFor(generationId))
    else if (kind === 17) await generationIds.forgetGeneration(table, generationId)
    else if (kind === 18 && record) await countCost(table, record)
    else if (kind === 19)
      await addWrongKey(table, { name: 'address-1', whose: variant.owner }, me, { windowSeconds: 60, most: 2 })
    else if (kind === 23) await learn(table, variant)
    else if (kind === 24) await correctKnown(table, variant)
    else if (record) await variants.closeRecord(table, record)
    await Promise.all([
      Array.fromAsync(indexedPages(table, ACTIVE, {})),
      Array.fromAsync(indexedPages(table, ENDED, { after: place })),
      Array.fromAsync(indexedPages(table, ENDED, { upTo: place })),
      queue.isAnyWaiting(table),
      queue.listQueue(table, variant.owner),
      queue.countQueued(table, variant.owner, 2),
      queue.listQueuedUntil(table, variant.owner, waiting.queuedAt),
      queue.queueSource(table).after(variant.owner),
      queue.queueSource(table).moreOf(waiting),
      generationIds.readByGeneration(table, generationId),
      listings.listActive(table),
      listings.listActive(table, { owner: variant.owner, most: 1 }),
      Array.fromAsync(listings.recordsIn(table, { name: 'one' }, 1)),
      Array.fromAsync(listings.recordsIn(table, { owner: variant.owner, name: 'one' }, 1)),
      listings.ownersOf(table, 'one'),
      readKnown(table, variant.owner),
      Array.fromAsync(dueChecks(table)),
      readSpent(table, variant.owner),
      readWrongKeys(table, { name: 'address-1', whose: variant.owner }),
    ])
  })

test('gives the same answer as dynalite to everything the stores send', async () => {
  const before = pairs.operations
  await fc.assert(
    fc.asyncProperty(fc.array(stores, { minLength: 20, maxLength: 30 }), async (operations) => {
      const table = await pairs.open()
      for (const operation of operations) await operation(table)
    }),
    { numRuns: 12, endOnFailure: true },
  )
  const table = await pairs.open()
  const user = { username: 'anna', role: 'user', userId: ids[0] ?? '', keyHash: 'hash' } as const
  expect([await createUser(table, user), await createUser(table, user)]).toEqual([true, false])
  expect([await findUserByKey(table, 'hash'), ...(await listUsers(table))]).toHaveLength(2)
  expect(pairs.operations - before).toBeGreaterThan(2_000)
})
