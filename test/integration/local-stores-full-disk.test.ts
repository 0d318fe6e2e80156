import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import type { Stores } from '../../infra/local/stores.ts'
import { outputOf } from '../support/child-output.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { canMount, mountSmallDisk } from '../support/small-disk.ts'

const account = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 1 }
const table = {
  TableName: 'table',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  AttributeDefinitions: ['pk', 'kind'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byKind',
      KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' as const }],
      // Index entries are small: they may fit where their item did not.
      Projection: { ProjectionType: 'KEYS_ONLY' as const },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST' as const,
}

test.skipIf(!(await canMount()))(
  'after SIGKILL exactly the writes acknowledged before, during and after a full disk are there',
  async () => {
    await using folder = await temporaryFolder('full-stores')
    await using disk = await mountSmallDisk(join(folder.path, 'data'), 24)
    const first = await startStoresProcess(disk.path)
    await first.dynamodb.send(new CreateTableCommand(table))
    await waitUntilTableExists({ client: first.dynamodb, maxWaitTime: 30, minDelay: 1 }, { TableName: table.TableName })
    await first.s3.send(new CreateBucketCommand({ Bucket: 'bucket' }))
    const outcomes: Record<'written' | 'refused', string[]> = { written: [], refused: [] }
    const write = async (name: string, bytes: number) => {
      const [item, object] = await Promise.allSettled([
        first.dynamodb.send(new PutItemCommand({ TableName: table.TableName, Item: itemOf(name, bytes) })),
        first.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: name, Body: name.repeat(bytes / 8) })),
      ])
      outcomes[item.status === 'fulfilled' ? 'written' : 'refused'].push(`item ${name}`)
      outcomes[object.status === 'fulfilled' ? 'written' : 'refused'].push(`object ${name}`)
    }

    for (let number = 0; number < 10; number++) await write(`before-${number}`, 20_000)
    await disk.fill()
    // Several sizes at once: some fit where others did not.
    for (let round = 0; round < 20; round++) {
      await Promise.all([30_000, 3_000, 80].map((bytes) => write(`full-${round}-${bytes}`, bytes)))
    }
    expect(outcomes.refused.filter((what) => what.startsWith('item'))).not.toEqual([])
    await disk.makeRoom()
    while (!outcomes.written.includes('item after')) await write('after', 20_000)
    for (let number = 0; number < 10; number++) await write(`later-${number}`, 20_000)
    await first.kill()

    const second = await startStoresProcess(disk.path)
    const found = async (what: string) => {
      const [kind, name = ''] = what.split(' ')
      return await (kind === 'item' ? hasItem(second.dynamodb, name) : hasObject(second.s3, name))
    }
    const again = [...new Set(outcomes.written)]
    expect(await Promise.all(again.map(found))).toEqual(again.map(() => true))
    const never = outcomes.refused.filter((what) => !again.includes(what))
    expect(await Promise.all(never.map(found))).toEqual(never.map(() => false))
    // The index has the same items: each was written together with its entry, or not at all.
    const { Count } = await second.dynamodb.send(
      new QueryCommand({
        TableName: table.TableName,
        IndexName: 'byKind',
        KeyConditionExpression: 'kind = :kind',
        ExpressionAttributeValues: { ':kind': { S: 'item' } },
        Select: 'COUNT',
      }),
    )
    expect(Count).toBe(again.filter((what) => what.startsWith('item')).length)
    await second.kill()
  },
)

const itemOf = (name: string, bytes: number) => ({
  pk: { S: name },
  kind: { S: 'item' },
  content: { S: 'x'.repeat(bytes) },
})

async function hasItem(client: DynamoDBClient, name: string): Promise<boolean> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table.TableName, Key: { pk: { S: name } } }))
  return Item !== undefined
}

async function hasObject(client: S3Client, Key: string): Promise<boolean> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key }))
    return (await Body?.transformToString())?.startsWith(Key) ?? false
  } catch (error) {
    if (error instanceof NoSuchKey) return false
    throw error
  }
}

async function startStoresProcess(dataDir: string) {
  const program = fileURLToPath(import.meta.resolve('./fixtures/stores-process.ts'))
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const output = outputOf('the stores', child)
  const { dynamodbUrl, s3Url }: Stores = JSON.parse(await output.said(/^\{.*\}$/m))
  return {
    dynamodb: new DynamoDBClient({ ...account, endpoint: dynamodbUrl }),
    s3: new S3Client({ ...account, endpoint: s3Url, forcePathStyle: true }),
    kill: () => output.end('SIGKILL'),
  }
}
