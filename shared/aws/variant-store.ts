import { isDeepStrictEqual } from 'node:util'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
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
import { millisecondsSince, now } from '../time.ts'
import { type Variant, variantKey } from '../variant.ts'
import { visibleText } from '../visible-text.ts'
import { ACTIVE, ENDED } from './active-records.ts'
import { LOOKBACK_MINUTES, recordChange } from './changes.ts'
import type { Table } from './clients.ts'
import { conditionOf, type Writer } from './conditions.ts'
import { correctKnown, learn, scheduleCheck } from './known.ts'
import { closeCost } from './ledger.ts'
import { keysInLists } from './listings.ts'
import { readRecord, recordOf } from './records.ts'
import { itemKeys, shardOf } from './table.ts'
import { conditionHeld } from './table-requests.ts'
import { withoutAwsIds } from './without-aws-ids.ts'

/** `applied: false`: a guard did not hold, and `record` is what the table contained right afterwards. */
export type TransitionResult =
  | { applied: true; record: GenerationRecord }
  | { applied: false; record: GenerationRecord | undefined }

/**
 * The first transition: creates the record or reuses an ended one. Of any number of concurrent calls exactly one is applied. The
 * cost of the previous generation is booked first, since this write clears it.
 *
 * @param before - the record that the assignment is based on: not applied if the variant has changed since
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
  const begun = { ...variant, ...writes, ...zeroCounters, attempt: 1, key } satisfies NewRecord
  const changes = {
    // From a tombstone: left in place, they would make DynamoDB remove the new record.
    ...{ removedAt: undefined, expiresAt: undefined },
    ...begun,
    ...{ shard: shardOf(key), activeShard: ACTIVE, activeOwner: variant.owner },
  }
  const createdAt = assignment.queuedAt
  const name = before ? 'reserve' : 'create'
  const writer = { seen: before?.generationId, createdAt }
  const { record } = await showingInLists(
    table,
    begun,
    async (change) => await write(table, key, name, writer, { ...changes, ...change }, { createdAt }),
  )
  // This write can be in place although not applied: its reply was lost and the SDK sent it again.
  if (record?.generationId === assignment.generationId) return { applied: true, record }
  return { applied: false, record }
}

/** An ended record does not change, so these values are right if the guard `unchanged` holds. */
function costsBefore(before: GenerationRecord) {
  const { generationId, published, publishedCostUsd, spentUsd = 0, costUsd = 0 } = before
  return {
    spentUsd: addUsd(spentUsd, costUsd),
    publishedCostUsd: published?.generationId === generationId ? before.costUsd : publishedCostUsd,
  }
}

const zeroCounters = Object.fromEntries(Object.keys(Counters.shape).map((counter) => [counter, 0]))

const userFacing = ['errorMessage', 'waitingReason', 'notes'] as const

/** Any later transition, fenced by the guards of the lifecycle table and by the writer's lease. */
export async function transition<Name extends LaterTransition>(
  table: Table,
  name: Name,
  lease: LeaseFor<Name>,
  writes: Writes<Name>,
): Promise<TransitionResult> {
  const row: Transition = transitions[name]
  const set: Record<string, unknown> = { ...writes }
  for (const field of userFacing) if (field in set) set[field] = forUsers(set[field])
  if (row.attempt === 'next') set.attempt = lease.attempt + 1
  if (row.status) Object.assign(set, { activeShard: ENDED, activeOwner: undefined })
  const writer = { ...lease, heartbeats: set.heartbeats }
  const before = row.status || row.attempt ? await readRecord(table, lease.key) : undefined
  if (!before) return await write(table, lease.key, name, writer, set)
  return await showingInLists(table, before, async (change) => {
    if (name === 'publish' && !before.published?.complete) await learn(table, before)
    return await write(table, lease.key, name, writer, { ...set, ...change })
  })
}

/** If a write took this long, readers may no longer look back as far as its change. */
const LATE_MS = (LOOKBACK_MINUTES * 60_000) / 2

/** Makes a write that lists show: its change is recorded before it, and it must write these keys of the list's indexes. */
async function showingInLists<Result>(
  table: Table,
  { key, owner, name }: Pick<GenerationRecord, 'key' | 'owner' | 'name'>,
  makeWrite: (change: ReturnType<typeof keysInLists>) => Promise<Result>,
): Promise<Result> {
  const updatedAt = now()
  await recordChange(table, { key, owner, name }, updatedAt)
  const result = await makeWrite(keysInLists({ key, owner, updatedAt }))
  if (millisecondsSince(updatedAt) > LATE_MS) await recordChange(table, { key, owner, name }, now())
  return result
}

/** These texts may quote AWS, a git server or a model. */
function forUsers(text: unknown): unknown {
  if (Array.isArray(text)) return text.map(forUsers)
  return typeof text === 'string' ? visibleText(withoutAwsIds(text)) : text
}

/**
 * Books the cost of an ended generation and removes its record from the index `active`. Does nothing if the record is generating.
 */
export async function closeRecord(table: Table, record: GenerationRecord): Promise<void> {
  if (isActive(record)) return
  await closeCost(table, record)
  const { key, generationId } = record
  await write(table, key, 'close', { generationId }, { activeShard: undefined })
}

/** How long a duplicate of an old request may still be in flight. */
const TOMBSTONE_SECONDS = 3_600

/**
 * Removes the record if it is idle and still belongs to this generation; false otherwise. Its cost is booked first. A tombstone
 * takes its place for an hour, so that a late duplicate of an earlier request cannot create the record again.
 */
export async function removeRecord(
  table: Table,
  { key, generationId }: Pick<GenerationRecord, 'key' | 'generationId'>,
): Promise<boolean> {
  const record = await readRecord(table, key)
  if (!record || isActive(record) || record.generationId !== generationId) return false
  await closeCost(table, record)
  const isReady = record.published?.complete
  if (isReady) await scheduleCheck(table, record)
  const condition = conditionOf(transitions.remove, { generationId })
  const removed = await showingInLists(table, record, async ({ updatedAt: removedAt }) => {
    const expiresAt = Math.floor(Date.now() / 1_000) + TOMBSTONE_SECONDS
    return await conditionHeld(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...itemKeys.variant(key), removedAt, expiresAt },
          ConditionExpression: condition.expression,
          ExpressionAttributeNames: condition.names,
          ExpressionAttributeValues: condition.values,
        }),
      ),
    )
  })
  if (isReady) await correctKnown(table, record)
  return removed
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

/** The fields to remove: those of the generation or attempt that is over, and those the transition clears. */
function clearedBy({ attempt, clears = [] }: Transition): Record<string, unknown> {
  const ends = attempt === 'first' ? GenerationState.shape : {}
  const fields = attempt ? [...Object.keys(ends), ...Object.keys(AttemptState.shape)] : []
  return Object.fromEntries([...fields, ...clears].map((field) => [field, undefined]))
}

/** If the reply to a write is lost, the SDK sends it again, and the guards then refuse what has already been applied. */
function isMyWork(record: GenerationRecord, writer: Writer, set: Record<string, unknown>): boolean {
  const { generationId, attempt } = { ...writer, ...set }
  if (record.generationId !== generationId || record.attempt !== attempt) return false
  const fields = Object.entries(set).filter(([field, value]) => value !== undefined && field in GenerationRecord.shape)
  return fields.every(([field, value]) => isDeepStrictEqual(record[field as keyof GenerationRecord], value))
}

/** `SET` for values, `REMOVE` for undefined. Names use placeholders, since many are reserved words. */
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
