import { createRequire } from 'node:module'
import { CreateTableCommand, DynamoDBClient, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { expect, test, vi } from 'vitest'
import { startDynamoDb } from '../../infra/local/stores/dynamodb.ts'
import { createLog } from '../../shared/log.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { testKeys } from '../support/test-stores.ts'

/** Counts LevelDB's open iterators, which are resources of the database. */
function watchIterators() {
  const level = createRequire(import.meta.resolve('dynalite')).resolve('level')
  const { AbstractLevel } = createRequire(level)('abstract-level')
  const opened = vi.spyOn(AbstractLevel.prototype, 'attachResource')
  const closed = vi.spyOn(AbstractLevel.prototype, 'detachResource')
  return { opened, open: () => opened.mock.calls.length - closed.mock.calls.length }
}

test('queries and scans leave no iterator open, whether they stop at the end, a limit or a page', async () => {
  await using folder = await temporaryFolder('iterators')
  const store = await startDynamoDb(folder.path, {
    host: '127.0.0.1',
    credentials: testKeys,
    log: createLog({ level: 'error' }),
  })
  const client = new DynamoDBClient({ endpoint: store.url, region: 'us-east-1', credentials: testKeys })
  const TableName = 'table'
  try {
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [
          { AttributeName: 'a', KeyType: 'HASH' },
          { AttributeName: 'b', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'a', AttributeType: 'S' },
          { AttributeName: 'b', AttributeType: 'S' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    )
    for (const b of ['1', '2', '3', '4', '5', '6']) {
      // Six of these exceed the 1 MB of a page.
      const Item = { a: { S: 'x' }, b: { S: b }, text: { S: b.repeat(300_000) } }
      await client.send(new PutItemCommand({ TableName, Item }))
    }
    const iterators = watchIterators()
    const read = async (Limit: number | undefined, ascending: boolean) => {
      const where = { KeyConditionExpression: 'a = :a', ExpressionAttributeValues: { ':a': { S: 'x' } } }
      const query = await client.send(new QueryCommand({ TableName, Limit, ...where, ScanIndexForward: ascending }))
      const scan = await client.send(new ScanCommand({ TableName, Limit }))
      return [query.Count, scan.Count]
    }
    expect(await read(undefined, true)).toEqual([4, 4])
    expect(await read(2, true)).toEqual([2, 2])
    expect(await read(2, false)).toEqual([2, 2])
    expect(await read(1, true)).toEqual([1, 1])
    expect(iterators.opened).toHaveBeenCalled()
    await expect.poll(iterators.open).toBe(0)
  } finally {
    vi.restoreAllMocks()
    client.destroy()
    await store.close()
  }
})
