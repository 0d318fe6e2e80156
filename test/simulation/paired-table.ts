import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, type GetCommand } from '@aws-sdk/lib-dynamodb'
import dynalite from 'dynalite'
import { expect } from 'vitest'
import type { Table } from '../../shared/aws/clients.ts'
import { includedIn, tableSchema } from '../../shared/aws/table.ts'
import { DynamoDbDouble } from './dynamodb-double.ts'

export interface Pairs {
  /** A new table in both dynalite and the double. Every command goes to both, and both must give the same answer. */
  open(): Promise<Table>
  /** The number of operations compared so far. */
  operations: number
  close(): void
}

/** Starts dynalite in memory. */
export async function startPairs(): Promise<Pairs> {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const account = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
  const plain = new DynamoDBClient({ ...account, endpoint: `http://127.0.0.1:${port}` })
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } })
  const pairs: Pairs = { open, operations: 0, close }
  return pairs

  async function open(): Promise<Table> {
    const name = `t${crypto.randomUUID()}`
    await client.send(createTable(name))
    await waitUntilTableExists({ client: plain, minDelay: 0.01, maxDelay: 0.05, maxWaitTime: 30 }, { TableName: name })
    const double = new DynamoDbDouble()
    const send = async (command: GetCommand) => {
      pairs.operations++
      const real = await outcomeOf(async () => await client.send(command))
      const doubled = await outcomeOf(async () => double.execute(command.constructor.name, command.input))
      const { input } = command
      expect({ input, ...comparable(doubled, input) }).toEqual({ input, ...comparable(real, input) })
      if (real.error) throw real.error
      return real.reply
    }
    return { client: { send } as unknown as DynamoDBDocumentClient, name }
  }

  function close(): void {
    client.destroy()
    server.close()
  }
}

function createTable(TableName: string): CreateTableCommand {
  const { partitionKey, sortKey, indexes } = tableSchema
  const schema = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ]
  const all = Object.entries(indexes)
  const names = new Set([partitionKey, sortKey, ...all.flatMap(([, index]) => [index.partitionKey, index.sortKey])])
  return new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: schema(partitionKey, sortKey),
    AttributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    GlobalSecondaryIndexes: all.map(([IndexName, index]) => ({
      IndexName,
      KeySchema: schema(index.partitionKey, index.sortKey),
      Projection: projectionOf(includedIn(index)),
    })),
  })
}

const projectionOf = (included: string[]) =>
  included.length > 0
    ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: included }
    : { ProjectionType: 'KEYS_ONLY' as const }

interface Outcome {
  reply?: Record<string, unknown>
  error?: Error
}

async function outcomeOf(run: () => Promise<object>): Promise<Outcome> {
  try {
    return { reply: (await run()) as Record<string, unknown> }
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }
}

/** Compares errors by name only, and ignores the order of index entries with equal keys. */
function comparable({ reply, error }: Outcome, input: object): Record<string, unknown> {
  if (error) return { failed: error.name }
  const { Item, Items, Attributes, LastEvaluatedKey, Responses } = reply ?? {}
  const items = 'IndexName' in input && Array.isArray(Items) ? Items.toSorted(byKey) : Items
  const given = Object.entries({ Item, Items: items, Attributes, LastEvaluatedKey, Found: foundIn(Responses) })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

/** A batch comes in any order. */
const foundIn = (responses: unknown) =>
  responses &&
  Object.values(responses as Record<string, Record<string, string>[]>).flatMap((items) => items.toSorted(byKey))

const byKey = (a: Record<string, string>, b: Record<string, string>) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1)
