import { isDeepStrictEqual } from 'node:util'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import {
  type Assignment,
  AttemptState,
  Counters,
  GenerationRecord,
  GenerationState,
  type NewRecord,
} from '../generation.ts'
import {
  isActive,
  type LaterTransition,
  type LeaseFor,
  type Transition,
  type TransitionName,
  transitions,
  type Writes,
} from '../lifecycle.ts'
import { addUsd } from '../money.ts'
import { now } from '../time.ts'
import { type Variant, variantKey } from '../variant.ts'
import type { Table } from './clients.ts'
import { conditionOf, type Writer } from './conditions.ts'
import { type Creation, listCreations } from './creations.ts'
import { closeCost } from './ledger.ts'
import { type IndexName, itemKeys, SHARDS, tableSchema } from './table.ts'
import { conditionHeld, queryPages } from './table-requests.ts'
import { withoutAwsIds } from './without-aws-ids.ts'

/** `applied: false` means that a guard did not hold; `record` is then what the table held right afterwards. */
export type TransitionResult =
  | { applied: true; record: GenerationRecord }
  | { applied: false; record: GenerationRecord | undefined }

/**
 * The first transition: the record is made, or an ended one is used again, and of any number of simultaneous calls
 * exactly one is applied. What the generation before has cost is booked first: here it goes from the record.
 *
 * @param before - the record that the assignment was made from: if the variant has moved on since, this is not applied
 */
export async function reserve(
  table: Table,
  variant: Variant,
  assignment: Assignment,
  before: GenerationRecord | undefined,
): Promise<TransitionResult> {
  if (before && isActive(before)) return { applied: false, record: before }
  if (before) await closeCost(table, before)
  const key = variantKey(variant)
  const writes = before
    ? ({ ...assignment, ...costsBefore(before) } satisfies Writes<'reserve'>)
    : (assignment satisfies Writes<'create'>)
  const begun = { ...variant, ...writes, ...zero, attempt: 1, key } satisfies NewRecord
  const changes = {
    // A tombstone's; without them DynamoDB would remove the new record.
    ...{ removedAt: undefined, expiresAt: undefined },
    ...begun,
    ...{ changedAt: now(), shard: shardOf(key), activeShard: 'active' },
  }
  const createdAt = assignment.queuedAt
  const name = before ? 'reserve' : 'create'
  const writer = { seen: before?.generationId, createdAt }
  const { record } = await write(table, key, name, writer, changes, { createdAt, updatedAt: createdAt })
  // Mine although it was not applied: the reply to this very write was lost, and the SDK sent it again.
  if (record?.generationId === assignment.generationId) return { applied: true, record }
  return { applied: false, record }
}

/** An ended record does not change, so what is made of it here is right if `unchanged` holds. */
function costsBefore(before: GenerationRecord) {
  const { generationId, published, publishedCostUsd, spentUsd = 0, costUsd = 0 } = before
  return {
    spentUsd: addUsd(spentUsd, costUsd),
    publishedCostUsd: published?.generationId === generationId ? before.costUsd : publishedCostUsd,
  }
}

const zero = Object.fromEntries(Object.keys(Counters.shape).map((counter) => [counter, 0]))

const toldToUsers = ['errorMessage', 'waitingReason'] as const

/** Any later transition: fenced by what the lifecycle table requires of it, and by who writes. */
export async function transition<Name extends LaterTransition>(
  table: Table,
  name: Name,
  lease: LeaseFor<Name>,
  writes: Writes<Name>,
): Promise<TransitionResult> {
  const row: Transition = transitions[name]
  const set: Record<string, unknown> = { ...writes }
  for (const field of toldToUsers) if (typeof set[field] === 'string') set[field] = withoutAwsIds(set[field])
  if (row.attempt === 'next') set.attempt = lease.attempt + 1
  if (row.status) set.activeShard = ENDED
  if (row.status || row.attempt) set.changedAt = now()
  return await write(table, lease.key, name, { ...lease, heartbeats: set.heartbeats }, set)
}

/**
 * Books what an ended generation has cost, and takes its record out of {@link listUnbooked}. Of one that is generating, or was
 * followed by another, nothing happens.
 */
export async function closeRecord(table: Table, record: GenerationRecord): Promise<void> {
  if (isActive(record)) return
  await closeCost(table, record)
  const { key, generationId } = record
  await write(table, key, 'close', { generationId }, { activeShard: undefined })
}

/** The partition of ended records in the index of active ones. */
const ENDED = 'ended'

/** Records, at most `limit`, whose generation has ended and was not closed yet; the index lags. */
export async function listUnbooked(table: Table, limit: number): Promise<GenerationRecord[]> {
  for await (const page of recordPages(table, 'active', ENDED, limit)) return page
  return []
}

/** A copy of an old request may still be under way for so long. */
const TOMBSTONE_SECONDS = 3_600

/**
 * Removes the record if it is idle and still tells of this generation; false when it is not. Its cost is booked first. For an hour a tombstone lies in its
 * place, so that no copy of a request that came before, received late, can make a record again.
 */
export async function removeRecord(
  table: Table,
  { key, generationId }: Pick<GenerationRecord, 'key' | 'generationId'>,
): Promise<boolean> {
  const record = await readRecord(table, key)
  if (!record || isActive(record) || record.generationId !== generationId) return false
  await closeCost(table, record)
  const condition = conditionOf(transitions.remove, { generationId })
  const expiresAt = Math.floor(Date.now() / 1_000) + TOMBSTONE_SECONDS
  return await conditionHeld(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...itemKeys.variant(key), removedAt: now(), expiresAt },
        ConditionExpression: condition.expression,
        ExpressionAttributeNames: condition.names,
        ExpressionAttributeValues: condition.values,
      }),
    ),
  )
}

async function write(
  table: Table,
  key: string,
  name: TransitionName,
  writer: Writer,
  changes: Record<string, unknown>,
  onlyIfAbsent: Record<string, unknown> = {},
): Promise<TransitionResult> {
  const row: Transition = transitions[name]
  const condition = conditionOf(row, writer)
  const set = { ...clearedBy(row), ...changes }
  if (row.status) set.status = row.status
  if (row.stage !== undefined) set.stage = row.stage
  try {
    const update = updateOf(set, onlyIfAbsent)
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: itemKeys.variant(key),
        ConditionExpression: condition.expression,
        UpdateExpression: update.expression,
        ExpressionAttributeNames: { ...condition.names, ...update.names },
        ExpressionAttributeValues: { ...condition.values, ...update.values },
        ReturnValues: 'ALL_NEW',
      }),
    )
    return { applied: true, record: recordOf(Attributes) }
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    const record = await readRecord(table, key)
    return record && isMyWork(record, writer, set) ? { applied: true, record } : { applied: false, record }
  }
}

/** What is over is cleared, and so is what the row says. */
function clearedBy({ attempt, clears = [] }: Transition): Record<string, unknown> {
  const ends = attempt === 'first' ? GenerationState.shape : {}
  const fields = attempt ? [...Object.keys(ends), ...Object.keys(AttemptState.shape)] : []
  return Object.fromEntries([...fields, ...clears].map((field) => [field, undefined]))
}

/** The reply to a write may be lost: the SDK then sends it again, and the guards refuse what they let through before. */
function isMyWork(record: GenerationRecord, writer: Writer, set: Record<string, unknown>): boolean {
  const { generationId, attempt } = { ...writer, ...set }
  if (record.generationId !== generationId || record.attempt !== attempt) return false
  const fields = Object.entries(set).filter(([field, value]) => value !== undefined && field in GenerationRecord.shape)
  return fields.every(([field, value]) => isDeepStrictEqual(record[field as keyof GenerationRecord], value))
}

/** `SET` for values, `REMOVE` for undefined; every name goes through a placeholder, since many are reserved words. */
function updateOf(set: Record<string, unknown>, onlyIfAbsent: Record<string, unknown>) {
  const names: Record<string, string> = {}
  const values: Record<string, unknown> = {}
  const sets: string[] = []
  const removes: string[] = []
  for (const [field, value] of Object.entries(set)) {
    names[`#${field}`] = field
    if (value === undefined) removes.push(`#${field}`)
    else {
      values[`:new_${field}`] = value
      sets.push(`#${field} = :new_${field}`)
    }
  }
  for (const [field, value] of Object.entries(onlyIfAbsent)) {
    names[`#${field}`] = field
    values[`:new_${field}`] = value
    sets.push(`#${field} = if_not_exists(#${field}, :new_${field})`)
  }
  const expression = [sets.length && `SET ${sets.join(', ')}`, removes.length && `REMOVE ${removes.join(', ')}`]
  return { expression: expression.filter(Boolean).join(' '), names, values }
}

/** The record as it is now (a consistent read); undefined when there is none. */
export async function readRecord(table: Table, key: string): Promise<GenerationRecord | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: itemKeys.variant(key), ConsistentRead: true }),
  )
  return Item && !('removedAt' in Item) ? recordOf(Item) : undefined
}

/** Remembers for good which variant a generation's id was given for. Written before `reserve`. */
export async function rememberGeneration(
  table: Table,
  key: string,
  { generationId, queuedAt }: Pick<Assignment, 'generationId' | 'queuedAt'>,
): Promise<void> {
  const Item = { ...itemKeys.generation(generationId), variantKey: key, rememberedAt: queuedAt }
  await table.client.send(new PutCommand({ TableName: table.name, Item }))
}

/** Forgets an id that nobody was told, since its request was refused. */
export async function forgetGeneration(table: Table, generationId: string): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: itemKeys.generation(generationId) }))
}

/** The variant that this id was ever given for, as it is now; undefined also when it was deleted since, and perhaps made anew. */
export async function readByGeneration(table: Table, generationId: string): Promise<GenerationRecord | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: itemKeys.generation(generationId), ConsistentRead: true }),
  )
  const record = Item && (await readRecord(table, String(Item.variantKey)))
  return record && record.createdAt <= String(Item.rememberedAt) ? record : undefined
}

/** Records of one partition of an index, in no order, as they were a moment ago: decide by {@link readRecord}. */
export async function queryRecords(table: Table, index: IndexName, partition: string): Promise<GenerationRecord[]> {
  return (await Array.fromAsync(recordPages(table, index, partition))).flat()
}

/**
 * The same, as DynamoDB hands them out: by the megabyte, or `pageSize` at a time. Indexes lag: what was made in the last minutes is
 * looked up where one does not show it, so every record which is there when the reading begins, and stays, is among them, once.
 * (Except in `active`: what begins to generate is found by its queue entry.)
 */
export async function* recordPages(
  table: Table,
  index: IndexName,
  partition: string,
  pageSize?: number,
): AsyncGenerator<GenerationRecord[]> {
  const belongs = partitions[index]
  const created = belongs ? (await listCreations(table)).filter((creation) => belongs(creation) === partition) : []
  const seen = new Set<string>()
  const pages = queryPages(table, {
    IndexName: index,
    KeyConditionExpression: '#partition = :partition',
    ExpressionAttributeNames: { '#partition': tableSchema.indexes[index].partitionKey },
    ExpressionAttributeValues: { ':partition': partition },
    Limit: pageSize,
  })
  for await (const items of pages) {
    // One that was removed and made again meanwhile has two entries.
    yield items.map(recordOf).filter(({ key }) => !seen.has(key) && seen.add(key))
  }
  const missing = new Set(created.map(({ key }) => key)).difference(seen)
  const found = await Promise.all([...missing].map((key) => readRecord(table, key)))
  yield found.filter((record) => record !== undefined)
}

const shardOf = (key: string): string => String(Number.parseInt(key.slice(0, 4), 16) % SHARDS)

/** Where in an index a new record will be. */
const partitions: Partial<Record<IndexName, (creation: Creation) => string>> = {
  byOwner: ({ owner }) => owner,
  byName: ({ name }) => name,
  all: ({ key }) => shardOf(key),
}

/** The table's `updatedAt` is a key of its indexes, and stays as it was made; records of earlier versions have no `changedAt`. */
function recordOf(item: unknown): GenerationRecord {
  const record = GenerationRecord.parse(item)
  const { updatedAt, changedAt = updatedAt } = record
  return { ...record, updatedAt: changedAt > updatedAt ? changedAt : updatedAt }
}
