import { createHash } from 'node:crypto'
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { minutesAfter, now } from '../time.ts'
import { Variant, variantKey } from '../variant.ts'
import { recordChange } from './changes.ts'
import type { Table } from './clients.ts'
import { EVERYBODY } from './ledger.ts'
import { readRecord } from './records.ts'
import { itemKeys } from './table.ts'
import { queryAll, queryPages } from './table-requests.ts'

/**
 * The models and branches of all variants that became ready, per owner and overall, so that lists can show them without reading the
 * variants.
 *
 * Each value is an item, and so is everything it is known from: for an owner's values the variants that have it, for everybody's the
 * owners that have it. A value is removed with the last of these. They are written before a variant becomes ready, and removed after it
 * is deleted. Either way an entry is made first, and a minute later the sweeper compares both values with the record: this also
 * corrects what a crash, a race or a late duplicate has left.
 */
export interface Known {
  models: KnownValue[]
  branches: KnownValue[]
}

/** A model of a provider, or a branch of a project. */
export interface KnownValue {
  group: string
  value: string
}

/** The known values of an owner, or of everybody with {@link EVERYBODY}. A consistent read. */
export async function readKnown(table: Table, whose: string): Promise<Known> {
  const items = await queryAll(table, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': itemKeys.known(whose, '').pk },
    ConsistentRead: true,
  })
  const of = (kind: Kind): KnownValue[] =>
    items.filter((item) => item.kind === kind).map((item) => ({ group: String(item.group), value: String(item.value) }))
  return { models: of('model'), branches: of('branch') }
}

type Kind = 'model' | 'branch'
interface Value extends KnownValue {
  kind: Kind
}

const valuesOf = ({ provider, model, name, branch }: Variant): Value[] => [
  { kind: 'model', group: provider, value: model },
  { kind: 'branch', group: name, value: branch },
]

/** Adds a variant's values. Call it before the write that makes the variant ready. */
export async function learn(table: Table, variant: Variant): Promise<void> {
  await scheduleCheck(table, variant)
  const sources = [
    [variant.owner, variantKey(variant)],
    [EVERYBODY, variant.owner],
  ] as const
  await Promise.all(
    valuesOf(variant).flatMap((value) =>
      sources.map(async ([whose, source]) => await add(table, whose, value, source)),
    ),
  )
}

/** Minutes until a change is checked. By then its late duplicates have arrived. */
const CHECK_MINUTES = 1

/** Schedules a check of a variant's values. Call it before a write that changes whether it is ready. */
export async function scheduleCheck(table: Table, variant: Variant): Promise<void> {
  const { owner, name, branch, provider, model } = variant
  const key = variantKey(variant)
  const dueAt = minutesAfter(now(), CHECK_MINUTES)
  // Nested: an item with an index's key attributes would appear in that index.
  const Item = { ...itemKeys.knownDue(dueAt, key), dueAt, variant: { owner, name, branch, provider, model } }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** A check that is due. */
export interface DueCheck {
  dueAt: string
  variant: Variant
}

/** The due checks, oldest first, in DynamoDB's pages. */
export async function* dueChecks(table: Table): AsyncGenerator<DueCheck[]> {
  const pages = queryPages(table, {
    KeyConditionExpression: 'pk = :pk AND sk < :now',
    ExpressionAttributeValues: { ':pk': itemKeys.knownDue('', '').pk, ':now': now() },
  })
  for await (const items of pages)
    yield items.map(({ dueAt, variant }) => ({ dueAt: String(dueAt), variant: Variant.parse(variant) }))
}

/** Carries out a check, then removes it. */
export async function checkKnown(table: Table, { dueAt, variant }: DueCheck): Promise<void> {
  await correctKnown(table, variant)
  const Key = itemKeys.knownDue(dueAt, variantKey(variant))
  await table.client.send(new DeleteCommand({ TableName: table.name, Key }))
}

/**
 * Corrects a variant's values where they differ from its record. They are known from it if its published site is complete: an
 * incomplete one is published by a generation that failed.
 */
export async function correctKnown(table: Table, variant: Variant): Promise<void> {
  const key = variantKey(variant)
  const record = await readRecord(table, key)
  const isReady = record?.published?.complete === true
  for (const value of valuesOf(variant)) {
    const own = { whose: variant.owner, value }
    await correct(table, variant, { ...own, source: key, isSource: isReady })
    const isSource = await exists(table, itemKeys.known(variant.owner, digestOf(value)))
    await correct(table, variant, { whose: EVERYBODY, value, source: variant.owner, isSource })
  }
}

interface Correction {
  whose: string
  value: Value
  source: string
  /** Whether the value should be known from this source. */
  isSource: boolean
}

async function correct(table: Table, variant: Variant, { whose, value, source, isSource }: Correction): Promise<void> {
  const keys = itemKeys.known(whose, digestOf(value))
  const sourceKeys = itemKeys.knownFrom(whose, digestOf(value), source)
  const [isKnown, wasSource] = await Promise.all([exists(table, keys), exists(table, sourceKeys)])
  // Lists change with the value, so this is a change like that of a record.
  const change = async () => await recordChange(table, { ...variant, key: variantKey(variant) }, now())
  if (isSource) {
    if (isKnown && wasSource) return
    if (!isKnown) await change()
    return await add(table, whose, value, source)
  }
  if (wasSource) await remove(table, sourceKeys)
  if (!isKnown || (await anySource(table, whose, value)) !== undefined) return
  await change()
  await remove(table, keys)
  // A source may have been added just before; it was added before the value, which is now gone.
  const other = await anySource(table, whose, value)
  if (other !== undefined) await add(table, whose, value, other)
}

async function add(table: Table, whose: string, value: Value, source: string): Promise<void> {
  // In this order: `correct` removes a value and then looks for sources.
  await put(table, itemKeys.knownFrom(whose, digestOf(value), source), {})
  await put(table, itemKeys.known(whose, digestOf(value)), { ...value })
}

/** One of a value's sources. A consistent read. */
async function anySource(table: Table, whose: string, value: Value): Promise<string | undefined> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': itemKeys.knownFrom(whose, digestOf(value), '').pk },
      ConsistentRead: true,
      Limit: 1,
    }),
  )
  return Items[0] && String(Items[0].sk)
}

/** A digest, since a model's name can exceed the maximum key length. */
const digestOf = ({ kind, group, value }: Value): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, group, value]))
    .digest('hex')

type Keys = ReturnType<typeof itemKeys.known>

async function exists(table: Table, Key: Keys): Promise<boolean> {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))
  return Item !== undefined
}

const put = async (table: Table, keys: Keys, attributes: object): Promise<unknown> =>
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...keys, ...attributes } }))

const remove = async (table: Table, Key: Keys): Promise<unknown> =>
  await table.client.send(new DeleteCommand({ TableName: table.name, Key }))
