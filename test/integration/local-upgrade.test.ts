import { createHash, randomUUID } from 'node:crypto'
import {
  CreateTableCommand,
  DeleteTableCommand,
  ListTablesCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listAccess } from '../../functions/accounts/grants.ts'
import { findProject } from '../../functions/variants/find.ts'
import { listVariants } from '../../functions/variants/list.ts'
import { createTable } from '../../infra/local/table.ts'
import { copyUpgraded, markUpgraded } from '../../infra/local/upgrade-items.ts'
import { openDynamoDb, openTable } from '../../shared/aws/clients.ts'
import { listActive } from '../../shared/aws/listings.ts'
import { shardOf } from '../../shared/aws/table.ts'
import { listUsers } from '../../shared/aws/user-store.ts'
import type { Caller } from '../../shared/user.ts'
import { variantKey } from '../../shared/variant.ts'
import { variantOf } from '../contract/variant-makers.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { openTestStores, type TestStores } from '../support/test-stores.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let stores: TestStores

beforeEach(async () => {
  folder = await temporaryFolder('upgrade')
  stores = await openTestStores(folder.path)
  await leaveTable()
})

afterEach(async () => {
  await stores[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const [early, later, latest] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z']
const admin: Caller = { username: 'admin', role: 'admin' }
const ann: Caller = { username: 'ann', role: 'user' }

test('a table of an earlier version is upgraded with everything that it holds', async () => {
  await createTable('docsfy')
  await expectEverything()
  await createTable('docsfy')
  await expectEverything()
})

test('an upgrade that was interrupted while items were copied starts again', async () => {
  await createTable('docsfy-upgraded')
  const copy = openTable({ TABLE_NAME: 'docsfy-upgraded' })
  await copy.client.send(new PutCommand({ TableName: copy.name, Item: { pk: 'KEY#1', sk: 'half' } }))
  await createTable('docsfy')
  await expectEverything()
})

test.each(['before', 'after'])(
  'an upgrade that was interrupted %s the old table was deleted is completed',
  async (when) => {
    await createTable('docsfy-upgraded')
    const copy = openTable({ TABLE_NAME: 'docsfy-upgraded' })
    await copyUpgraded(stores.table, copy)
    await markUpgraded(copy)
    if (when === 'after') await openDynamoDb().send(new DeleteTableCommand({ TableName: 'docsfy' }))
    await createTable('docsfy')
    await expectEverything()
  },
)

/** Checks that all variants, users and grants are found through the indexes, and that nothing else is left. */
async function expectEverything(): Promise<void> {
  const { page } = await listVariants(stores, admin, {})
  expect(page?.projects.map(({ ai_model, updated_at }) => [ai_model, updated_at])).toEqual([
    ['running', '2026-01-03 00:00:00'],
    ['ready', '2026-01-02 00:00:00'],
    ['failed', '2026-01-01 00:00:00'],
  ])
  expect(page).toMatchObject({ known_models: { claude: ['ready'] }, known_branches: { name: ['main'] } })
  expect((await listVariants(stores, ann, {})).page?.projects).toHaveLength(3)
  expect((await findProject(stores, 'name', ann, { for: 'read' })).map(({ model }) => model)).toHaveLength(3)
  expect(await listActive(stores.table, { owner: 'ann' })).toEqual([keyOf('running')])
  expect((await listUsers(stores.table)).map(({ username }) => username)).toEqual(['ann'])
  expect(await listAccess(stores, { name: 'name', owner: 'ann' })).toMatchObject({ users: ['friend'] })
  const { TableNames } = await openDynamoDb().send(new ListTablesCommand())
  expect(TableNames).toEqual(['docsfy'])
  const { Items = [] } = await stores.table.client.send(new ScanCommand({ TableName: 'docsfy' }))
  const others = Items.filter(({ pk }) => !/^(VARIANT|USER|GRANTS|KNOWN|KNOWN-FROM|CHANGES)#/.test(pk))
  expect(others.map(({ pk }) => pk)).toEqual(['SLOTS'])
}

const keyOf = (model: string): string => variantKey(variantOf('ann', model))

/** Leaves a table as versions left it whose lists were sorted after reading. */
async function leaveTable(): Promise<void> {
  const { table } = stores
  const client = openDynamoDb()
  await client.send(earlierTable)
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 30 }, { TableName: 'docsfy' })
  const digest = createHash('sha256').update('ann/name').digest('hex')
  const items = [
    recordOf('failed', { status: 'error', updatedAt: early }),
    recordOf('ready', { status: 'ready', updatedAt: early, changedAt: later, published: siteOf(keyOf('ready')) }),
    recordOf('running', { status: 'generating', updatedAt: early, changedAt: latest, activeShard: 'active' }),
    { pk: `VARIANT#${keyOf('removed')}`, sk: 'RECORD', removedAt: early, expiresAt: 1 },
    { pk: 'CREATIONS', sk: `${early}#${keyOf('ready')}`, variantKey: keyOf('ready') },
    { pk: 'SLOTS', sk: '000000', heldFor: 'ann', variantKey: keyOf('running') },
    { pk: 'USER#ann', sk: 'USER', ...user, shard: 'users', updatedAt: 'ann' },
    {
      ...{ pk: 'GRANTS#friend', sk: digest, grantedTo: 'friend', grantedBy: 'ann', project: 'name' },
      ...{ shard: 'GRANTS#ann', updatedAt: `${digest}#friend` },
    },
  ]
  for (const Item of items) await table.client.send(new PutCommand({ TableName: 'docsfy', Item }))
}

const user = {
  username: 'ann',
  role: 'user',
  userId: randomUUID(),
  keyHash: 'hash',
  keyId: randomUUID(),
  createdAt: early,
}

function recordOf(model: string, more: object): Record<string, unknown> {
  const variant = variantOf('ann', model)
  const key = variantKey(variant)
  const request = {
    repoUrl: 'https://host/group/name',
    askedRef: null,
    repoType: null,
    timeoutMinutes: 1,
    force: false,
  }
  const generation = { generationId: randomUUID(), pageScope: 'scope', stage: null, attempt: 1 }
  const times = { queuedAt: early, createdAt: early }
  const keys = { pk: `VARIANT#${key}`, sk: 'RECORD', key, shard: shardOf(key) }
  return { ...keys, ...variant, ...request, ...generation, ...times, ...more }
}

const siteOf = (key: string) => ({
  ...{ prefix: `${key}/site/`, generationId: randomUUID(), pageScope: 'scope', commit: 'c', ref: 'main' },
  ...{ pageCount: 1, complete: true, publishedAt: later },
})

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const })
const keys = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
]
const index = (IndexName: string, hash: string, range: string) => ({
  IndexName,
  KeySchema: keys(hash, range),
  Projection: { ProjectionType: 'ALL' as const },
})

const earlierTable = new CreateTableCommand({
  TableName: 'docsfy',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: keys('pk', 'sk'),
  AttributeDefinitions: ['pk', 'sk', 'activeShard', 'queuedAt', 'owner', 'updatedAt', 'name', 'shard'].map(text),
  GlobalSecondaryIndexes: [
    index('active', 'activeShard', 'queuedAt'),
    index('byOwner', 'owner', 'updatedAt'),
    index('byName', 'name', 'updatedAt'),
    index('all', 'shard', 'updatedAt'),
  ],
})
