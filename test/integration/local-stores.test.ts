import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { Upload } from '@aws-sdk/lib-storage'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Stores, startStores } from '../../infra/local/stores.ts'
import { outputOf } from '../support/child-output.ts'
import { startTestStores } from '../support/test-stores.ts'

const account = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
const clientsOf = ({ dynamodbUrl, sqsUrl, s3Url }: Omit<Stores, 'close'>) => ({
  dynamodb: new DynamoDBClient({ ...account, endpoint: dynamodbUrl }),
  sqs: new SQSClient({ ...account, endpoint: sqsUrl, useQueueUrlAsEndpoint: false }),
  s3: new S3Client({ ...account, endpoint: s3Url, forcePathStyle: true }),
})

const folders: string[] = []
const children: ReturnType<typeof spawn>[] = []
let stores: Stores
let clients: ReturnType<typeof clientsOf>
let folder: string

beforeAll(async () => {
  folder = await temporaryFolder()
  stores = await startTestStores(folder)
  clients = clientsOf(stores)
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'bucket' }))
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

afterAll(async () => {
  await stores.close()
  await Promise.all(folders.map((made) => rm(made, { recursive: true, force: true })))
})

async function temporaryFolder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'docsfy-stores-'))
  folders.push(made)
  return made
}

async function inAnotherProcess(dataDir: string) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./fixtures/stores-process.ts')), dataDir])
  children.push(child)
  const output = outputOf('the stores', child)
  const said = JSON.parse(await output.said(/^\{.*\}$/m))
  return { output, said: said as Omit<Stores, 'close'> & { error?: string } }
}

const table = {
  TableName: 'table',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
}
const reservation = new PutItemCommand({
  TableName: 'table',
  Item: { pk: { S: 'variant' } },
  ConditionExpression: 'attribute_not_exists(pk)',
})

test('acknowledged writes survive SIGKILL', async () => {
  const dataDir = await temporaryFolder()
  const first = await inAnotherProcess(dataDir)
  const before = clientsOf(first.said)
  await before.dynamodb.send(new CreateTableCommand(table))
  await waitUntilTableExists({ client: before.dynamodb, maxWaitTime: 30, minDelay: 1 }, { TableName: table.TableName })
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => before.dynamodb.send(reservation)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const { QueueUrl } = await before.sqs.send(
    new CreateQueueCommand({ QueueName: 'q.fifo', Attributes: { FifoQueue: 'true' } }),
  )
  await before.sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody: 'ring', MessageGroupId: 'g', MessageDeduplicationId: '1' }),
  )
  await before.s3.send(new CreateBucketCommand({ Bucket: 'bucket' }))
  await before.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'page', Body: 'text', ContentType: 'text/html' }))
  await first.output.end('SIGKILL')

  const again = await startTestStores(dataDir)
  const after = clientsOf(again)
  await expect(after.dynamodb.send(reservation)).rejects.toThrow(ConditionalCheckFailedException)
  const found = await after.sqs.send(new GetQueueUrlCommand({ QueueName: 'q.fifo' }))
  const { Messages } = await after.sqs.send(new ReceiveMessageCommand({ QueueUrl: found.QueueUrl, WaitTimeSeconds: 1 }))
  expect(Messages).toMatchObject([{ Body: 'ring' }])
  const page = await after.s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'page' }))
  expect([page.ContentType, await page.Body?.transformToString()]).toEqual(['text/html', 'text'])
  await again.close()
})

test('a second docsfy on the same folder gives a message that says what to do', async () => {
  const message = `Another docsfy is already running on ${folder}. Stop it first, or set DATA_DIR to another folder.`
  expect((await inAnotherProcess(folder)).said.error).toBe(message)
  await expect(startTestStores(folder)).rejects.toThrow(message)
})

test('a folder that is not writable gives a message that says what to do', async () => {
  const file = join(await temporaryFolder(), 'file')
  await writeFile(file, '')
  await expect(startTestStores(file)).rejects.toThrow(
    `Cannot write to ${file}. Make it writable, or set DATA_DIR to another folder.`,
  )
})

test('a failed start releases the folder', async () => {
  const dataDir = await temporaryFolder()
  // An address reserved for documentation, which no machine has: https://www.rfc-editor.org/rfc/rfc5737
  await expect(startStores({ dataDir, host: '192.0.2.1' })).rejects.toThrow('no address 192.0.2.1 to listen on')
  await (await startTestStores(dataDir)).close()
})

test('nothing listens beyond the loopback address', async () => {
  const outside = Object.values(networkInterfaces()).flatMap((found = []) => found.filter(({ internal }) => !internal))
  const others = process.platform === 'linux' ? ['127.0.0.2'] : []
  for (const address of [...outside.map(({ address }) => address), ...others]) {
    for (const url of [stores.dynamodbUrl, stores.sqsUrl]) {
      const socket = connect(Number(new URL(url).port), address)
      await expect(once(socket, 'connect')).rejects.toThrow()
    }
  }
})

test('a client that dies mid-request does not bring DynamoDB down', async () => {
  const socket = connect(Number(new URL(stores.dynamodbUrl).port), '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 99\r\n\r\n{')
  await once(socket, 'connect')
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.destroy()
  await once(socket, 'close')
  expect(await clients.dynamodb.send(new ListTablesCommand())).toMatchObject({ TableNames: [] })
})

test('a FIFO queue holds back a group while one of its messages is in flight', async () => {
  const { QueueUrl } = await clients.sqs.send(
    new CreateQueueCommand({ QueueName: 'order.fifo', Attributes: { FifoQueue: 'true', VisibilityTimeout: '30' } }),
  )
  for (const [id, group] of [
    ['1', 'a'],
    ['2', 'a'],
    ['3', 'b'],
    ['1', 'a'],
  ]) {
    await clients.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: `${id}`, MessageGroupId: group, MessageDeduplicationId: id }),
    )
  }
  const receive = async () =>
    (await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }))).Messages?.[0]
  const [one, three] = [await receive(), await receive()]
  expect([one?.Body, three?.Body, await receive()]).toEqual(['1', '3', undefined])
  await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: one?.ReceiptHandle }))
  expect((await receive())?.Body).toBe('2')
})

const keys = [
  '../../escape',
  'a/../b',
  './c',
  '100%',
  '%2e%2e/%2F',
  'with space',
  'plus+and&=?#',
  'λ/世界/🙂',
  'quote\'"<x>',
  'a//b/',
]

test.each(keys)('an object called %s is found only under its own name', async (key) => {
  await clients.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: key, Body: key }))
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: key }))
  expect(await Body?.transformToString()).toBe(key)
  const { Contents } = await clients.s3.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: key }))
  expect(Contents?.map(({ Key }) => Key)).toEqual([key])
})

test("an object may exceed fauxqs's own limit", async () => {
  const Body = Buffer.alloc(20 * 1024 * 1024)
  await clients.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'large', Body }))
  const { ContentLength } = await clients.s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'large' }))
  expect(ContentLength).toBe(Body.length)
})

test('no key can write outside the folder', async () => {
  await clients.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: '../../../escape', Body: 'x' }))
  expect((await readdir(folder)).sort()).toEqual(['dynamodb', 'lock.db', 'sqs-s3'])
  expect((await readdir(join(folder, 'sqs-s3'))).every((name) => name.startsWith('fauxqs.db'))).toBe(true)
})

test('byte ranges and list pages behave as in S3', async () => {
  for (const key of ['p/1', 'p/2', 'p/3'])
    await clients.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: key, Body: '0123456789' }))
  const part = await clients.s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'p/1', Range: 'bytes=2-4' }))
  expect([part.ContentRange, await part.Body?.transformToString()]).toEqual(['bytes 2-4/10', '234'])
  const first = await clients.s3.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: 'p/', MaxKeys: 2 }))
  const rest = await clients.s3.send(
    new ListObjectsV2Command({ Bucket: 'bucket', Prefix: 'p/', ContinuationToken: first.NextContinuationToken }),
  )
  expect([first, rest].flatMap(({ Contents = [] }) => Contents.map(({ Key }) => Key))).toEqual(['p/1', 'p/2', 'p/3'])
})

test('60 MB stream up and down unchanged', async () => {
  const chunk = Buffer.from('0123456789abcdef'.repeat(4096))
  const count = 960
  const sent = createHash('sha256')
  const Body = Readable.from(
    (function* () {
      for (let index = 0; index < count; index++) {
        sent.update(chunk)
        yield chunk
      }
    })(),
  )
  await new Upload({ client: clients.s3, params: { Bucket: 'bucket', Key: 'big', Body } }).done()
  const big = await clients.s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'big' }))
  const received = createHash('sha256')
  for await (const part of big.Body as Readable) received.update(part)
  expect(big.ContentLength).toBe(chunk.length * count)
  expect(received.digest('hex')).toBe(sent.digest('hex'))
})

test('consistent reads see the latest write', async () => {
  await clients.dynamodb.send(new CreateTableCommand({ ...table, TableName: 'reads' }))
  await waitUntilTableExists({ client: clients.dynamodb, maxWaitTime: 30, minDelay: 1 }, { TableName: 'reads' })
  await clients.dynamodb.send(new PutItemCommand({ TableName: 'reads', Item: { pk: { S: 'k' }, n: { N: '1' } } }))
  const read = new GetItemCommand({ TableName: 'reads', Key: { pk: { S: 'k' } }, ConsistentRead: true })
  expect((await clients.dynamodb.send(read)).Item).toEqual({ pk: { S: 'k' }, n: { N: '1' } })
})
