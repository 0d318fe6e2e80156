import type { Bucket, Table } from '../../shared/aws/clients.ts'
import { tableSchema } from '../../shared/aws/table.ts'
import { DynamoDbDouble, type Request, type Written } from './dynamodb-double.ts'
import type { Item } from './expressions.ts'
import { S3Double } from './s3-double.ts'

/** What calls of a table cost: how many they were, and DynamoDB's read and write units. */
export interface Cost {
  calls: number
  reads: number
  writes: number
}

export interface MeteredStores {
  table: Table
  bucket: Bucket
  /** Runs something and returns what its calls of the table cost. */
  costOf(run: () => Promise<unknown>): Promise<Cost>
}

interface Command {
  constructor: { name: string }
  input: object
}

/** Stores in memory that count what DynamoDB would charge. Their indexes do not lag. */
export function openMeteredStores(): MeteredStores {
  let cost: Cost = { calls: 0, reads: 0, writes: 0 }
  const onWrite = (written: Written) => {
    cost.writes += unitsOfWrite(written)
  }
  const dynamodb = new DynamoDbDouble({ onWrite })
  const s3 = new S3Double(() => 1_000, { onPut() {}, onDelete() {} })
  const send = async ({ constructor: { name }, input }: Command) => {
    cost.calls++
    const reply = dynamodb.execute(name, input)
    cost.reads += unitsOfRead(name, input, reply)
    return reply
  }
  return {
    table: { client: { send } as never, name: 'docsfy' },
    bucket: {
      client: { send: async (command: Command) => s3.execute(command.constructor.name, command.input) } as never,
      name: 'docsfy',
    },
    costOf: async (run) => {
      cost = { calls: 0, reads: 0, writes: 0 }
      await run()
      return { ...cost }
    },
  }
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
const READ_BYTES = 4_096
const WRITE_BYTES = 1_024

function unitsOfRead(name: string, input: Request, reply: Record<string, unknown>): number {
  if (name === 'GetCommand') return unitsOf([reply.Item as Item], READ_BYTES) * factor(input.ConsistentRead)
  if (name === 'QueryCommand') return unitsOf(reply.Items as Item[], READ_BYTES) * factor(input.ConsistentRead)
  if (name !== 'BatchGetCommand') return 0
  // Each item of a batch is rounded up by itself, and a missing one costs a unit too.
  return Object.entries(input.RequestItems ?? {}).reduce((sum, [table, { Keys, ConsistentRead }]) => {
    const found = (reply.Responses as Record<string, Item[]>)[table] ?? []
    const units = found.reduce((all, item) => all + unitsOf([item], READ_BYTES), Keys.length - found.length)
    return sum + units * factor(ConsistentRead)
  }, 0)
}

/** A consistent read costs twice as much. */
const factor = (consistent: boolean | undefined): number => (consistent ? 1 : 0.5)

/** The item, and the entry in each index that changes. */
function unitsOfWrite({ before, after }: Written): number {
  const item = Math.max(unitsOf([before], WRITE_BYTES), unitsOf([after], WRITE_BYTES))
  return Object.values(tableSchema.indexes).reduce((sum, { partitionKey, sortKey }) => {
    const keys = [partitionKey, sortKey]
    const entryOf = (one: Item | undefined) => {
      const values = keys.map((key) => one?.[key])
      return values.includes(undefined) ? undefined : values.join()
    }
    const [old, now] = [entryOf(before), entryOf(after)]
    // A new key is a deletion and an insertion.
    return old === now ? sum : sum + (old === undefined ? 0 : 1) + (now === undefined ? 0 : 1)
  }, item)
}

function unitsOf(items: (Item | undefined)[], bytes: number): number {
  const size = items.reduce((sum, item) => sum + (item ? sizeOf(item) : 0), 0)
  return Math.max(1, Math.ceil(size / bytes))
}

/** Nearly DynamoDB's size of an item: that of its names and values. */
const sizeOf = (item: Item): number => Buffer.byteLength(JSON.stringify(item))
