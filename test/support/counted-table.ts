import type { Table } from '../../shared/aws/clients.ts'
import { DynamoDbDouble } from '../simulation/dynamodb-double.ts'

/** What DynamoDB would have counted. */
export interface Counts {
  calls: number
  itemsRead: number
  readUnits: number
  writeUnits: number
}

export interface CountedTable {
  table: Table
  double: DynamoDbDouble
  /** The counts of one piece of work. */
  count(work: () => Promise<unknown>): Promise<Counts>
}

interface Keys {
  pk?: string
  sk?: string
}

interface Command {
  constructor: { name: string }
  input: { ConsistentRead?: boolean; Key?: Keys; Item?: Keys }
}

/** A table in memory that counts calls, items and units by DynamoDB's rules: 4 KB for a consistent read, 1 KB for a write. */
export function countedTable(): CountedTable {
  const double = new DynamoDbDouble({ pageSize: () => ITEMS_PER_MEGABYTE })
  let counts = none()
  const send = async ({ constructor: { name }, input }: Command) => {
    counts.calls++
    const reply = double.execute(name, input) as { Item?: object; Items?: object[] }
    const items = reply.Items ?? (reply.Item ? [reply.Item] : [])
    if (/Get|Query/.test(name)) {
      counts.itemsRead += items.length
      counts.readUnits += Math.max(1, Math.ceil(sizeOf(items) / 4_096)) * (input.ConsistentRead ? 1 : 0.5)
    } else counts.writeUnits += Math.ceil(writtenBytes(double, input) / 1_024)
    return reply
  }
  return {
    table: { client: { send }, name: 'docsfy' } as unknown as Table,
    double,
    async count(work) {
      counts = none()
      await work()
      return counts
    },
  }
}

/** The size of the item after the write; DynamoDB counts at least a kilobyte. */
function writtenBytes(double: DynamoDbDouble, { Key, Item }: Command['input']): number {
  const { pk, sk } = Item ?? Key ?? {}
  return Math.max(1, sizeOf([double.items.get(JSON.stringify([pk, sk])) ?? {}]))
}

/** Of queue entries. */
const ITEMS_PER_MEGABYTE = 3_500

const none = (): Counts => ({ calls: 0, itemsRead: 0, readUnits: 0, writeUnits: 0 })

/** Bytes of names and values, as DynamoDB counts them. */
const sizeOf = (items: object[]): number => items.reduce((sum, item) => sum + sizeOfItem(item), 0)
const sizeOfItem = (item: object): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value), 0)
const sizeOfValue = (value: unknown): number =>
  Buffer.byteLength(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
