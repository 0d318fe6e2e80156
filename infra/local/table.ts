import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type GlobalSecondaryIndex,
  type GlobalSecondaryIndexDescription,
  type Projection,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb'
import { openDynamoDb, openTable } from '../../shared/aws/clients.ts'
import { includedIn, tableSchema } from '../../shared/aws/table.ts'
import { copyUpgraded, isUpgraded, markUpgraded } from './upgrade-items.ts'

/**
 * Creates the table if it is missing. One of an earlier version, whose indexes have other keys, is made anew with the same items. They
 * are copied to a second table and back, because a table cannot be renamed; after a crash the next start continues.
 */
export async function createTable(name: string): Promise<void> {
  const [table, copy] = [openTable({ TABLE_NAME: name }), openTable({ TABLE_NAME: `${name}-upgraded` })]
  const described = await describe(name)
  const isOutdated = described !== undefined && !hasIndexes(described)
  const isCopied = (await describe(copy.name)) !== undefined && (await isUpgraded(copy))
  if (isOutdated && !isCopied) {
    await remove(copy.name)
    await create(copy.name)
    await copyUpgraded(table, copy)
    await markUpgraded(copy)
  }
  if (isOutdated || isCopied) await remove(name)
  await create(name)
  if (isOutdated || isCopied) await copyUpgraded(copy, table)
  await remove(copy.name)
}

/** Whether the table has the indexes of this version. */
function hasIndexes({ GlobalSecondaryIndexes: found = [] }: TableDescription): boolean {
  const keysOf = ({ IndexName, KeySchema = [] }: GlobalSecondaryIndexDescription) =>
    [IndexName, ...KeySchema.map(({ AttributeName }) => AttributeName)].join()
  const wanted = globalIndexes().map(keysOf).toSorted()
  return wanted.join(' ') === found.map(keysOf).toSorted().join(' ')
}

async function describe(TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await openDynamoDb().send(new DescribeTableCommand({ TableName }))).Table
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined
    throw error
  }
}

async function create(name: string): Promise<void> {
  const { partitionKey, sortKey, indexes } = tableSchema
  const attributes = new Set([
    partitionKey,
    sortKey,
    ...Object.values(indexes).flatMap((index) => [index.partitionKey, index.sortKey]),
  ])
  const command = new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(partitionKey, sortKey),
    AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: globalIndexes(),
  })
  const client = openDynamoDb()
  await client.send(command).catch((error) => {
    if (!(error instanceof ResourceInUseException)) throw error
  })
  await waitUntilTableExists({ client, ...patience }, { TableName: name })
}

/** Seconds. */
const patience = { maxWaitTime: 30, minDelay: 1 }

const globalIndexes = (): GlobalSecondaryIndex[] =>
  Object.entries(tableSchema.indexes).map(([IndexName, index]) => ({
    IndexName,
    KeySchema: keySchema(index.partitionKey, index.sortKey),
    Projection: projectionOf(includedIn(index)),
  }))

const projectionOf = (included: string[]): Projection =>
  included.length > 0 ? { ProjectionType: 'INCLUDE', NonKeyAttributes: included } : { ProjectionType: 'KEYS_ONLY' }

const keySchema = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
]

/** Does nothing if there is no such table. */
async function remove(TableName: string): Promise<void> {
  const client = openDynamoDb()
  try {
    await client.send(new DeleteTableCommand({ TableName }))
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return
    throw error
  }
  await waitUntilTableNotExists({ client, ...patience }, { TableName })
}
