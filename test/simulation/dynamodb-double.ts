import { ConditionalCheckFailedException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb'
import { includedIn, tableSchema } from '../../shared/aws/table.ts'
import {
  type Bindings,
  conditionHolds,
  copy,
  equal,
  InvalidOperand,
  InvalidRequest,
  type Item,
  updated,
  type Value,
} from './expressions.ts'

/** The parts of the document client's commands that docsfy uses. */
export interface Request {
  Key?: Item
  Item?: Record<string, unknown>
  IndexName?: string
  ConsistentRead?: boolean | undefined
  ConditionExpression?: string
  UpdateExpression?: string
  KeyConditionExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, unknown>
  ScanIndexForward?: boolean
  ExclusiveStartKey?: Item
  Limit?: number
  Select?: string
  ReturnValues?: string
  RequestItems?: Record<string, { Keys: Item[]; ConsistentRead?: boolean | undefined }>
}

export interface Written {
  keys: string
  before: Item | undefined
  after: Item | undefined
}

export interface DynamoDbOptions {
  /** Items per page of a query or a batch. DynamoDB's own limits are 1 MB and 16 MB. */
  pageSize?: () => number
  /** How many of the `count` writes that a lagging reader has missed it sees now. */
  catchUp?: (count: number) => number
  /** Called on each write, before the reply. */
  onWrite?: (written: Written) => void
}

const { partitionKey, sortKey, indexes } = tableSchema
const keyNames = [partitionKey, sortKey]

/** A lagging copy of the items: an index, or the base table without `ConsistentRead`. */
class Replica {
  readonly items: Items
  seen = 0

  constructor(partitionKey: string) {
    this.items = new Items(partitionKey)
  }
}

/** Items by their keys, and by the partition of the table or an index. */
class Items extends Map<string, Item> {
  readonly #partitionKey: string
  readonly #partitions = new Map<Value | undefined, Map<string, Item>>()

  constructor(partitionKey: string) {
    super()
    this.#partitionKey = partitionKey
  }

  partition = (value: unknown): Iterable<Item> => this.#partitions.get(value as Value)?.values() ?? []

  override set(keys: string, item: Item): this {
    this.delete(keys)
    const value = item[this.#partitionKey]
    const partition = this.#partitions.get(value) ?? new Map()
    this.#partitions.set(value, partition.set(keys, item))
    return super.set(keys, item)
  }

  override delete(keys: string): boolean {
    const before = this.get(keys)
    if (before) this.#partitions.get(before[this.#partitionKey])?.delete(keys)
    return super.delete(keys)
  }
}

/**
 * A double of a DynamoDB table: conditions, updates, paged queries, sparse indexes that may lag, and the errors that docsfy
 * distinguishes. `test/simulation/dynamodb-double.test.ts` compares it with dynalite.
 */
export class DynamoDbDouble {
  readonly items = new Items(partitionKey)
  readonly #writes: Written[] = []
  readonly #replicas = new Map<string, Replica>()
  readonly #options: DynamoDbOptions

  constructor(options: DynamoDbOptions = {}) {
    this.#options = options
  }

  /** Executes a command immediately. Throws what the client would throw. */
  execute(name: string, input: object): Record<string, unknown> {
    const request = input as Request
    try {
      checkPlaceholders(request)
      if (name === 'GetCommand') return this.#get(request)
      if (name === 'PutCommand') return this.#put(request)
      if (name === 'UpdateCommand') return this.#update(request)
      if (name === 'DeleteCommand') return this.#delete(request)
      if (name === 'QueryCommand') return this.#query(request)
      if (name === 'BatchGetCommand') return this.#batchGet(request)
    } catch (error) {
      if (!(error instanceof InvalidRequest)) throw error
      throw invalid(error.message)
    }
    throw new Error(`The DynamoDB double does not support ${name}`)
  }

  #get({ Key = {}, ConsistentRead }: Request): Record<string, unknown> {
    const from = ConsistentRead ? this.items : this.#replica('base').items
    const item = from.get(keysOf(Key))
    return item ? { Item: copy(item) } : {}
  }

  #batchGet({ RequestItems = {} }: Request): Record<string, unknown> {
    const [entry] = Object.entries(RequestItems)
    if (!entry) throw new InvalidRequest('A batch has at least one key')
    const [table, { Keys, ConsistentRead }] = entry
    if (Keys.length === 0 || Keys.length > 100) throw new InvalidRequest('A batch has 1 to 100 keys')
    if (new Set(Keys.map(keysOf)).size < Keys.length) throw new InvalidRequest('A batch has no key twice')
    const size = this.#options.pageSize?.() ?? Keys.length
    const [now, later] = [Keys.slice(0, size), Keys.slice(size)]
    const items = now.flatMap((Key) => this.#get({ Key, ConsistentRead }).Item ?? [])
    const UnprocessedKeys = later.length > 0 ? { [table]: { Keys: later, ConsistentRead } } : {}
    return { Responses: { [table]: items }, UnprocessedKeys }
  }

  #put(request: Request): Record<string, unknown> {
    const item = withoutUndefined(request.Item ?? {})
    const keys = keysOf(item)
    checkIndexKeys(item)
    const before = this.items.get(keys)
    const bindings = bindingsOf(request)
    this.#check(request, before, bindings)
    this.#write(keys, before, item)
    return request.ReturnValues === 'ALL_OLD' && before ? { Attributes: copy(before) } : {}
  }

  #update(request: Request): Record<string, unknown> {
    const keys = keysOf(request.Key ?? {})
    const before = this.items.get(keys)
    const bindings = bindingsOf(request)
    const base = before ?? { ...request.Key }
    const after = updateOrRefusal(request, base, bindings)
    const allowed = this.#allowed(request, before, bindings)
    // An invalid request fails before its condition is checked, invalid operands only after.
    if (!allowed) throw conditionFailed()
    if (after instanceof InvalidOperand) throw after
    checkIndexKeys(after)
    this.#write(keys, before, after)
    if (request.ReturnValues === 'ALL_NEW') return { Attributes: copy(after) }
    return request.ReturnValues === 'ALL_OLD' && before ? { Attributes: copy(before) } : {}
  }

  #delete(request: Request): Record<string, unknown> {
    const keys = keysOf(request.Key ?? {})
    const before = this.items.get(keys)
    const bindings = bindingsOf(request)
    this.#check(request, before, bindings)
    if (before) this.#write(keys, before, undefined)
    return request.ReturnValues === 'ALL_OLD' && before ? { Attributes: copy(before) } : {}
  }

  #check(request: Request, before: Item | undefined, bindings: Bindings): void {
    if (!this.#allowed(request, before, bindings)) throw conditionFailed()
  }

  #allowed = ({ ConditionExpression }: Request, before: Item | undefined, bindings: Bindings): boolean =>
    ConditionExpression === undefined || conditionHolds(ConditionExpression, before ?? {}, bindings)

  #query(request: Request): Record<string, unknown> {
    const {
      IndexName,
      KeyConditionExpression = '',
      ScanIndexForward = true,
      Limit = Number.POSITIVE_INFINITY,
    } = request
    const schema = IndexName ? indexes[IndexName as keyof typeof indexes] : { partitionKey, sortKey }
    if (!schema) throw new InvalidRequest(`The table does not have the specified index: ${IndexName}`)
    const consistent = !IndexName && request.ConsistentRead
    const source = consistent ? this.items : this.#replica(IndexName ?? 'base').items
    const bindings = bindingsOf(request)
    const matches = (item: Item) => inIndex(item, schema) && conditionHolds(KeyConditionExpression, item, bindings)
    conditionHolds(KeyConditionExpression, {}, bindings)
    const partition = source.partition(partitionOf(request))
    const found = [...partition].filter(matches).sort(inOrder(schema.sortKey))
    const { ExclusiveStartKey: start } = request
    if (start && !conditionHolds(KeyConditionExpression, start, bindings)) {
      throw new InvalidRequest('The provided starting key is outside query boundaries')
    }
    if (!ScanIndexForward) found.reverse()
    const from = startOf(found, start, schema.sortKey, ScanIndexForward)
    const size = Math.min(Limit, this.#options.pageSize?.() ?? Number.POSITIVE_INFINITY)
    const page = found.slice(from, from + size)
    // DynamoDB returns a LastEvaluatedKey when it stops at a limit, even if nothing follows.
    const last = page.length === size ? page.at(-1) : undefined
    const keys = [...keyNames, schema.partitionKey, schema.sortKey]
    const held = IndexName ? heldBy(schema) : undefined
    return {
      ...(request.Select === 'COUNT' ? {} : { Items: copy(held ? page.map((item) => onlyOf(item, held)) : page) }),
      Count: page.length,
      ...(last && { LastEvaluatedKey: onlyOf(last, keys) }),
    }
  }

  #write(keys: string, before: Item | undefined, after: Item | undefined): void {
    if (after) this.items.set(keys, after)
    else this.items.delete(keys)
    const written = { keys, before, after }
    this.#writes.push(written)
    this.#options.onWrite?.(written)
  }

  #replica(name: string): Replica {
    let replica = this.#replicas.get(name)
    if (!replica) {
      const { partitionKey: key = partitionKey } = indexes[name as keyof typeof indexes] ?? {}
      replica = new Replica(key)
      this.#replicas.set(name, replica)
    }
    const missing = this.#writes.length - replica.seen
    const until = replica.seen + Math.min(missing, this.#options.catchUp?.(missing) ?? missing)
    for (; replica.seen < until; replica.seen++) {
      const write = this.#writes[replica.seen]
      if (write?.after) replica.items.set(write.keys, write.after)
      else if (write) replica.items.delete(write.keys)
    }
    const next = this.#writes[replica.seen]
    // When its key changes, an entry is removed before it is inserted again.
    if (next && movesIn(name, next)) replica.items.delete(next.keys)
    return replica
  }
}

/** The partition that a query is about: every key condition begins with it. */
function partitionOf({ KeyConditionExpression = '', ExpressionAttributeValues = {} }: Request): unknown {
  const [, placeholder = ''] = /^\s*#?\w+ = (:\w+)/.exec(KeyConditionExpression) ?? []
  return ExpressionAttributeValues[placeholder]
}

function movesIn(name: string, { before = {}, after = {} }: Written): boolean {
  const index = indexes[name as keyof typeof indexes]
  if (!index || !inIndex(before, index) || !inIndex(after, index)) return false
  return [index.partitionKey, index.sortKey].some((key) => !equal(before[key], after[key]))
}

function updateOrRefusal({ UpdateExpression, Key }: Request, base: Item, bindings: Bindings): Item | InvalidOperand {
  if (UpdateExpression === '') throw new InvalidRequest('The expression can not be empty')
  if (UpdateExpression === undefined) return { ...base }
  try {
    const after = updated(UpdateExpression, base, bindings)
    if (keyNames.some((name) => !equal(after[name], Key?.[name])))
      throw new InvalidRequest('Cannot update a key attribute')
    return after
  } catch (error) {
    if (error instanceof InvalidOperand) return error
    throw error
  }
}

function keysOf(item: Item): string {
  const [pk, sk] = keyNames.map((name) => item[name])
  if (typeof pk !== 'string' || typeof sk !== 'string' || !pk || !sk) throw new InvalidRequest('Invalid key')
  return JSON.stringify([pk, sk])
}

/** Index keys must be strings. An item that lacks one is not in the index. */
function checkIndexKeys(item: Item): void {
  for (const index of Object.values(indexes)) {
    for (const name of [index.partitionKey, index.sortKey]) {
      const value = item[name]
      if (value !== undefined && (typeof value !== 'string' || value === '')) {
        throw new InvalidRequest(`Type mismatch for Index Key ${name}`)
      }
    }
  }
}

const bindingsOf = (request: Request): Bindings => ({
  names: request.ExpressionAttributeNames ?? {},
  values: request.ExpressionAttributeValues ?? {},
})

/** Every placeholder must be defined, and every defined one must be used. */
function checkPlaceholders(request: Request): void {
  const { ConditionExpression = '', UpdateExpression = '', KeyConditionExpression = '' } = request
  const used = new Set(`${ConditionExpression} ${UpdateExpression} ${KeyConditionExpression}`.match(/[#:]\w+/g))
  const { ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = request
  const given = [...Object.keys(ExpressionAttributeNames), ...Object.keys(ExpressionAttributeValues)]
  const unused = given.filter((placeholder) => !used.has(placeholder))
  if (unused.length > 0) throw new InvalidRequest(`Value unused in expressions: ${unused.join(', ')}`)
  const unknown = [...used].filter((placeholder) => !given.includes(placeholder))
  if (unknown.length > 0) throw new InvalidRequest(`Not defined: ${unknown.join(', ')}`)
}

const inIndex = (item: Item, schema: { partitionKey: string; sortKey: string }): boolean =>
  item[schema.partitionKey] !== undefined && item[schema.sortKey] !== undefined

const bytes = (value: Value | undefined): Buffer => Buffer.from(String(value))

/** The attributes that an index holds; undefined if it holds all. */
function heldBy(schema: { partitionKey: string; sortKey: string }): string[] {
  return [...keyNames, schema.partitionKey, schema.sortKey, ...includedIn(schema)]
}

const onlyOf = (item: Item, names: string[]): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)))

/** Orders by the sort key. Index entries with equal keys are in the order of the table's keys. */
const inOrder = (sort: string) => (a: Item, b: Item) =>
  Buffer.compare(bytes(a[sort]), bytes(b[sort])) || (keysOf(a) < keysOf(b) ? -1 : 1)

function startOf(found: Item[], start: Item | undefined, sort: string, forward: boolean): number {
  if (!start) return 0
  const after = (item: Item) => (forward ? inOrder(sort)(item, start) : inOrder(sort)(start, item)) > 0
  const index = found.findIndex((item) => keysOf(item) !== keysOf(start) && after(item))
  return index < 0 ? found.length : index
}

const withoutUndefined = (item: Record<string, unknown>): Item =>
  copy(Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined))) as Item

const $metadata = { httpStatusCode: 400, attempts: 1 }
const conditionFailed = () =>
  new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata })
const invalid = (message: string) =>
  new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', message, $metadata })
