import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { includedIn, tableSchema } from '../../../shared/aws/table.ts'
import type { Request } from '../../simulation/dynamodb-double.ts'
import { type Bindings, conditionHolds, equal, type Item, updated } from '../../simulation/expressions.ts'
import { sizeOf } from '../../simulation/meter.ts'
import type { Clock } from './clock.ts'
import { Bucket } from './limits.ts'

/** The limits of one partition of DynamoDB, in units per second. */
const READS = 3_000
const WRITES = 1_000
const PAGE_BYTES = 1_000_000
const CALL_MS = 5

/** The items of a partition in order. */
class Sorted {
  readonly items = new Map<string, Item>()
  readonly keys: string[] = []

  set(key: string, item: Item): void {
    if (!this.items.has(key)) this.keys.splice(this.indexOf(key), 0, key)
    this.items.set(key, item)
  }

  delete(key: string): void {
    if (this.items.delete(key)) this.keys.splice(this.indexOf(key), 1)
  }

  /** The place of the first key that is not before this one. */
  indexOf(key: string): number {
    let [low, high] = [0, this.keys.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.keys[middle] ?? '') < key) low = middle + 1
      else high = middle
    }
    return low
  }
}

/**
 * A double of the table for many items: each call takes time, and more if its partition is at its limit. Partitions that hold a single
 * item (variants, costs) are not limited. Indexes are always current.
 */
export class BusyTable {
  readonly buckets = new Map<string, Bucket>()
  reads = 0
  writes = 0
  readonly #clock: Clock
  readonly #partitions = new Map<string, Sorted>()
  readonly #sizes = new WeakMap<Item, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async execute(name: string, input: object): Promise<Record<string, unknown>> {
    const request = input as Request
    let waitMs = CALL_MS
    const charge = (pk: string, kind: 'reads' | 'writes', units: number) => {
      this[kind] += units
      if (!/^(VARIANT|COST|GENERATION)#/.test(pk))
        waitMs = Math.max(waitMs, CALL_MS + this.#bucketOf(pk, kind).take(units))
    }
    const outcome = await this.#carryOut(name, request, charge).then(
      (reply) => ({ reply }),
      (error: unknown) => ({ error }),
    )
    await this.#clock.sleep(waitMs)
    if ('error' in outcome) throw outcome.error
    return outcome.reply
  }

  async #carryOut(name: string, request: Request, charge: Charge): Promise<Record<string, unknown>> {
    if (name === 'QueryCommand') return this.#query(request, charge)
    if (name === 'BatchGetCommand') return this.#batchGet(request, charge)
    if (name === 'GetCommand') {
      const Item = this.#get(keyOf(request.Key), request.ConsistentRead, charge)
      return Item ? { Item } : {}
    }
    const { pk, sk } = keyOf({ ...request.Item, ...request.Key })
    const before = this.#partitions.get(pk)?.items.get(sk)
    const bindings = bindingsOf(request)
    if (request.ConditionExpression && !conditionHolds(request.ConditionExpression, before ?? {}, bindings)) {
      charge(pk, 'writes', this.#writeUnits(before))
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata })
    }
    const after = afterOf(name, request, before, bindings)
    charge(pk, 'writes', Math.max(this.#writeUnits(before), this.#writeUnits(after)))
    this.#write(pk, sk, before, after, charge)
    return request.ReturnValues === 'ALL_NEW' && after ? { Attributes: after } : {}
  }

  #get({ pk, sk }: ItemKey, isConsistent: boolean | undefined, charge: Charge): Item | undefined {
    const item = this.#partitions.get(pk)?.items.get(sk)
    charge(pk, 'reads', Math.max(1, Math.ceil(this.#sizeOf(item) / 4_096)) / (isConsistent ? 1 : 2))
    return item
  }

  #batchGet({ RequestItems = {} }: Request, charge: Charge): Record<string, unknown> {
    const replies = Object.entries(RequestItems).map(([table, { Keys, ConsistentRead }]) => [
      table,
      Keys.flatMap((key) => this.#get(keyOf(key), ConsistentRead, charge) ?? []),
    ])
    return { Responses: Object.fromEntries(replies), UnprocessedKeys: {} }
  }

  #write(pk: string, sk: string, before: Item | undefined, after: Item | undefined, charge: Charge): void {
    this.#put(pk, sk, after)
    for (const name of Object.keys(tableSchema.indexes)) {
      const [was, is] = [entryOf(name, before), entryOf(name, after)]
      if (equal(was?.item, is?.item)) continue
      const moved = was?.partition !== is?.partition || was?.key !== is?.key
      for (const entry of moved ? [was, is] : [is])
        if (entry) charge(entry.partition, 'writes', this.#writeUnits(entry.item))
      if (name !== 'active') continue
      if (was && moved) this.#put(was.partition, was.key, undefined)
      if (is) this.#put(is.partition, is.key, is.item)
    }
  }

  #put(pk: string, sk: string, item: Item | undefined): void {
    const partition = this.#partitions.get(pk) ?? new Sorted()
    this.#partitions.set(pk, partition)
    if (item) partition.set(sk, item)
    else partition.delete(sk)
  }

  #query(request: Request, charge: Charge): Record<string, unknown> {
    const { IndexName, KeyConditionExpression = '', ConsistentRead, Limit = Number.POSITIVE_INFINITY } = request
    const bindings = bindingsOf(request)
    const pk = partitionOf(request)
    const partition = this.#partitions.get(pk) ?? new Sorted()
    const { ExclusiveStartKey: start } = request
    const startKey = start && (IndexName ? indexKey(IndexName, start) : String(start.sk))
    const all = /AND/.test(KeyConditionExpression) ? undefined : true
    const found: Item[] = []
    let bytes = 0
    let at = startKey === undefined ? 0 : partition.indexOf(`${startKey}\u0000`)
    for (; at < partition.keys.length && found.length < Limit && bytes < PAGE_BYTES; at++) {
      const item = partition.items.get(partition.keys[at] ?? '') as Item
      if (!all && !conditionHolds(KeyConditionExpression, item, bindings)) continue
      found.push(item)
      bytes += this.#sizeOf(item)
    }
    charge(pk, 'reads', Math.max(1, Math.ceil(bytes / 4_096)) / (ConsistentRead ? 1 : 2))
    const last = at < partition.keys.length ? found.at(-1) : undefined
    return { Items: found, ...(last && { LastEvaluatedKey: last }) }
  }

  #bucketOf(pk: string, kind: 'reads' | 'writes'): Bucket {
    const name = `${pk} ${kind}`
    let bucket = this.buckets.get(name)
    if (!bucket) {
      bucket = new Bucket(this.#clock, kind === 'reads' ? READS : WRITES)
      this.buckets.set(name, bucket)
    }
    return bucket
  }

  /** The number of items of a partition. */
  countOf = (pk: string): number => this.#partitions.get(pk)?.items.size ?? 0

  #writeUnits = (item: Item | undefined): number => Math.max(1, Math.ceil(this.#sizeOf(item) / 1_024))

  #sizeOf(item: Item | undefined): number {
    if (!item) return 0
    let size = this.#sizes.get(item)
    if (size === undefined) {
      size = sizeOf(item)
      this.#sizes.set(item, size)
    }
    return size
  }
}

interface ItemKey {
  pk: string
  sk: string
}

const keyOf = ({ pk, sk }: Record<string, unknown> = {}): ItemKey => ({ pk: String(pk), sk: String(sk) })

type Charge = (pk: string, kind: 'reads' | 'writes', units: number) => void

function afterOf(name: string, request: Request, before: Item | undefined, bindings: Bindings): Item | undefined {
  if (name === 'DeleteCommand') return undefined
  if (name === 'PutCommand') return definedOf(request.Item ?? {})
  if (name === 'UpdateCommand')
    return updated(request.UpdateExpression ?? '', before ?? ({ ...request.Key } as Item), bindings)
  throw new Error(`The busy table does not support ${name}`)
}

const definedOf = (item: Record<string, unknown>): Item => JSON.parse(JSON.stringify(item)) as Item

/** Where an item is in an index, and what the index holds of it. */
function entryOf(name: string, item: Item | undefined) {
  const index = tableSchema.indexes[name as keyof typeof tableSchema.indexes]
  const held = includedIn(index)
  if (item?.[index.partitionKey] === undefined || item[index.sortKey] === undefined) return undefined
  const keys = [tableSchema.partitionKey, tableSchema.sortKey, index.partitionKey, index.sortKey]
  const shown = held
    ? Object.fromEntries(Object.entries(item).filter(([field]) => [...keys, ...held].includes(field)))
    : item
  return { partition: `${name} ${item[index.partitionKey]}`, key: indexKey(name, item), item: shown }
}

function indexKey(name: string, item: Record<string, unknown>): string {
  const { sortKey } = tableSchema.indexes[name as keyof typeof tableSchema.indexes]
  return `${item[sortKey]} ${item.pk}`
}

/** The partition that a query reads: its condition begins with it. */
function partitionOf({ IndexName, KeyConditionExpression = '', ExpressionAttributeValues = {} }: Request): string {
  const name = /= (:\w+)/.exec(KeyConditionExpression)?.[1] ?? ''
  const value = String(ExpressionAttributeValues[name])
  return IndexName ? `${IndexName} ${value}` : value
}

const bindingsOf = (request: Request): Bindings => ({
  names: request.ExpressionAttributeNames ?? {},
  values: request.ExpressionAttributeValues ?? {},
})

const $metadata = { httpStatusCode: 400, attempts: 1 }
