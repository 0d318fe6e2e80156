import { includedIn, tableSchema } from '../../shared/aws/table.ts'
import { DynamoDbDouble, type DynamoDbOptions, type Request, type Written } from './dynamodb-double.ts'
import { equal, type Item } from './expressions.ts'
import { labelOf } from './labels.ts'

/** What DynamoDB would charge for the calls to a table, as its documentation says; and how many there were, by purpose. */
export class Meter {
  readonly double: DynamoDbDouble
  /** Read units. */
  reads = 0
  /** Write units of the table, and those of its indexes. */
  writes = 0
  indexWrites = 0
  readonly calls = new Map<string, number>()
  /** Called before each call. */
  onCall: (label: string) => void = () => {}

  constructor(options: DynamoDbOptions = {}) {
    const onWrite = (written: Written) => {
      this.#written(written)
      options.onWrite?.(written)
    }
    this.double = new DynamoDbDouble({ ...options, onWrite })
  }

  /** Begins to count anew. */
  reset(): void {
    this.calls.clear()
    Object.assign(this, { reads: 0, writes: 0, indexWrites: 0 })
  }

  get total(): number {
    return [...this.calls.values()].reduce((sum, times) => sum + times, 0)
  }

  execute(name: string, input: object): Record<string, unknown> {
    const label = labelOf('dynamodb', name, input)
    this.onCall(label)
    this.calls.set(label, (this.calls.get(label) ?? 0) + 1)
    const before = this.writes
    try {
      const reply = this.double.execute(name, input)
      if (name === 'GetCommand' || name === 'QueryCommand') this.#read(input as Request, reply)
      // The deletion of what is not there.
      else if (this.writes === before) this.writes++
      return reply
    } catch (error) {
      // A refused write costs as much as one.
      if (name !== 'GetCommand' && name !== 'QueryCommand') this.writes += this.#refusedUnits(input as Request)
      throw error
    }
  }

  #read({ ConsistentRead }: Request, { Item, Items = [] }: { Item?: Item; Items?: Item[] }): void {
    const bytes = [...Items, ...(Item ? [Item] : [])].reduce((sum, item) => sum + sizeOf(item), 0)
    this.reads += Math.max(1, Math.ceil(bytes / 4_096)) / (ConsistentRead ? 1 : 2)
  }

  #refusedUnits({ Key, Item }: Request): number {
    const { pk, sk } = { ...Item, ...Key }
    return writeUnits(this.double.items.get(JSON.stringify([pk, sk])))
  }

  #written({ before, after }: Written): void {
    this.writes += Math.max(writeUnits(before), writeUnits(after))
    for (const index of Object.values(tableSchema.indexes)) this.indexWrites += entryUnits(index, before, after)
  }
}

/** The units that a change costs in an index: none if what it holds stays, two writes if its key changes. */
function entryUnits(index: Index, before: Item | undefined, after: Item | undefined): number {
  const [was, is] = [entryOf(index, before), entryOf(index, after)]
  if (!was || !is) return was || is ? writeUnits(was ?? is) : 0
  if (equal(was, is)) return 0
  const moved = [index.partitionKey, index.sortKey].some((name) => !equal(was[name], is[name]))
  return moved ? writeUnits(was) + writeUnits(is) : Math.max(writeUnits(was), writeUnits(is))
}

type Index = { readonly partitionKey: string; readonly sortKey: string }

function entryOf(index: Index, item: Item | undefined): Item | undefined {
  if (!item || item[index.partitionKey] === undefined || item[index.sortKey] === undefined) return undefined
  const { partitionKey, sortKey } = tableSchema
  const held = [partitionKey, sortKey, index.partitionKey, index.sortKey, ...includedIn(index)]
  return Object.fromEntries(Object.entries(item).filter(([name]) => held.includes(name)))
}

const writeUnits = (item: Item | undefined): number => Math.max(1, Math.ceil(sizeOf(item ?? {}) / 1_024))

/** The size of an item in bytes: names and values in UTF-8, numbers by their digits. */
export const sizeOf = (item: Record<string, unknown>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0)

function valueSize(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + 1 + valueSize(each), 3)
  if (typeof value === 'object' && value !== null) return 3 + Object.keys(value).length + sizeOf({ ...value })
  return 1
}
