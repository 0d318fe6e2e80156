import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { Context, SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LambdaHandler } from '../../infra/local/lambda.ts'
import { type PollerOptions, startPoller } from '../../infra/local/poller.ts'
import type { Stores } from '../../infra/local/stores.ts'
import { createLog } from '../../shared/log.ts'
import { startTestStores } from '../support/test-stores.ts'

const account = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
const clientAt = (endpoint: string) => new SQSClient({ ...account, endpoint, useQueueUrlAsEndpoint: false })

const running: { close(): Promise<void> }[] = []
let dataDir: string
let stores: Stores
let client: SQSClient

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'docsfy-poller-'))
  stores = await startTestStores(dataDir)
  client = clientAt(stores.sqsUrl)
})

afterAll(async () => {
  await Promise.all(running.map((poller) => poller.close()))
  await stores.close()
  await rm(dataDir, { recursive: true })
})

async function queue(): Promise<string> {
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true', VisibilityTimeout: '1' }
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: `${randomUUID()}.fifo`, Attributes }))
  return QueueUrl
}

async function ring(queueUrl: string, ...bodies: string[]): Promise<void> {
  for (const MessageBody of bodies) {
    const MessageGroupId = MessageBody.split(':')[0]
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, MessageGroupId }))
  }
}

async function messagesIn(queueUrl: string): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }),
  )
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0)
}

function poll(queueUrl: string, handler: LambdaHandler, options: Partial<PollerOptions> = {}) {
  const lines: string[] = []
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) })
  const poller = startPoller({
    client,
    queueUrl,
    batchSize: 10,
    handler,
    functionTimeoutSeconds: 5,
    waitTimeSeconds: 1,
    log,
    ...options,
  })
  running.push(poller)
  return { ...poller, lines }
}

const bodiesOf = ({ Records }: SQSEvent) => Records.map(({ body }) => body)

test.concurrent('a message becomes the record that Lambda would pass, and is deleted after success', async ({
  expect,
}) => {
  const queueUrl = await queue()
  await client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: 'ring',
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd',
      MessageAttributes: {
        s: { DataType: 'String', StringValue: 'v' },
        b: { DataType: 'Binary', BinaryValue: Buffer.from([255]) },
      },
    }),
  )
  const calls: [SQSEvent, Context][] = []
  poll(queueUrl, async (event: SQSEvent, context: Context) => void calls.push([event, context]))
  await expect.poll(() => messagesIn(queueUrl)).toBe(0)
  expect(calls).toHaveLength(1)
  const [event, context] = calls[0] ?? []
  expect(event?.Records).toEqual([
    {
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      body: 'ring',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        SequenceNumber: expect.stringMatching(/^\d+$/),
        MessageGroupId: 'g',
        MessageDeduplicationId: 'd',
      },
      messageAttributes: {
        s: { stringValue: 'v', stringListValues: [], binaryListValues: [], dataType: 'String' },
        b: { binaryValue: '/w==', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
      },
      md5OfBody: createHash('md5').update('ring').digest('hex'),
      md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: 'aws:sqs',
      eventSourceARN: expect.stringMatching(/^arn:aws:sqs:us-east-1:\d{12}:.*\.fifo$/),
      awsRegion: 'us-east-1',
    },
  ])
  expect(context?.awsRequestId).toEqual(expect.any(String))
  expect(context?.getRemainingTimeInMillis()).toBeLessThanOrEqual(5000)
})

test.concurrent('batches are handled one at a time, and a group keeps its order', async ({ expect }) => {
  const queueUrl = await queue()
  await ring(queueUrl, 'a:1', 'b:1', 'a:2', 'b:2', 'a:3')
  const seen: string[] = []
  let atOnce = 0
  let most = 0
  poll(
    queueUrl,
    async (event: SQSEvent) => {
      most = Math.max(most, ++atOnce)
      seen.push(...bodiesOf(event))
      await new Promise((resolve) => setTimeout(resolve, 30))
      atOnce--
    },
    { batchSize: 2 },
  )
  await expect.poll(() => messagesIn(queueUrl)).toBe(0)
  expect(most).toBe(1)
  expect(seen.filter((body) => body.startsWith('a'))).toEqual(['a:1', 'a:2', 'a:3'])
  expect(seen.filter((body) => body.startsWith('b'))).toEqual(['b:1', 'b:2'])
})

test.concurrent('only messages reported as failed are redelivered', async ({ expect }) => {
  const queueUrl = await queue()
  await ring(queueUrl, 'good', 'bad')
  const seen: string[] = []
  poll(queueUrl, async (event: SQSEvent) => {
    const again = seen.includes('bad')
    seen.push(...bodiesOf(event))
    const failed = again ? [] : event.Records.filter(({ body }) => body === 'bad')
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
  })
  await expect.poll(() => messagesIn(queueUrl)).toBe(0)
  expect(seen.toSorted()).toEqual(['bad', 'bad', 'good'])
})

test.concurrent.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  ['names an empty id', () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
  ['names an unknown id', () => ({ batchItemFailures: [{ itemIdentifier: 'no-such-message' }] })],
  ['uses another key', () => ({ batchItemFailures: [{ id: 'x' }] })],
  ['takes too long', () => new Promise(() => {})],
])('the whole batch is redelivered when the handler %s', async (_what, failing) => {
  const queueUrl = await queue()
  await ring(queueUrl, 'one', 'two')
  const batches: string[][] = []
  const { lines } = poll(
    queueUrl,
    async (event: SQSEvent) => {
      batches.push(bodiesOf(event).toSorted())
      return batches.length === 1 ? failing() : { batchItemFailures: [] }
    },
    { functionTimeoutSeconds: 0.5 },
  )
  await expect.poll(() => messagesIn(queueUrl)).toBe(0)
  expect(batches.length).toBeGreaterThan(1)
  expect(batches[0]).toEqual(['one', 'two'])
  expect(batches.slice(1).flat().toSorted()).toEqual(['one', 'two'])
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['error'])
})

test.concurrent('polling continues while a queue fails and works again afterwards', async ({ expect }) => {
  const queueUrl = await queue()
  await ring(queueUrl, 'late')
  let failures = 5
  const flaky = createServer(async (request, response) => {
    if (failures-- > 0) return void response.writeHead(500).end()
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers
    const body = await buffer(request)
    const answer = await fetch(stores.sqsUrl, { method: 'POST', headers: headers as Record<string, string>, body })
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(await answer.text())
  })
  await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve))
  const { port } = flaky.address() as AddressInfo
  await new Promise((resolve) => flaky.close(resolve))
  const seen: string[] = []
  const flakyClient = clientAt(`http://127.0.0.1:${port}`)
  const { close, lines } = poll(queueUrl, async (event: SQSEvent) => void seen.push(...bodiesOf(event)), {
    client: flakyClient,
  })
  await expect.poll(() => lines.length).toBe(1)
  await new Promise<void>((resolve) => flaky.listen(port, '127.0.0.1', resolve))
  await expect.poll(() => seen).toEqual(['late'])
  expect(lines.join()).toContain('ECONNREFUSED')
  await close()
  flaky.closeAllConnections()
  await new Promise((resolve) => flaky.close(resolve))
})

test.concurrent('close waits for the current batch and takes no other', async ({ expect }) => {
  const queueUrl = await queue()
  await ring(queueUrl, 'a:1', 'a:2')
  const finish = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  let calls = 0
  const poller = poll(
    queueUrl,
    async () => {
      calls++
      started.resolve()
      await finish.promise
    },
    { batchSize: 1 },
  )
  await started.promise
  let closed = false
  const closing = poller.close().then(() => {
    closed = true
  })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(closed).toBe(false)
  finish.resolve()
  await closing
  expect([calls, await messagesIn(queueUrl)]).toEqual([1, 1])
})

test.concurrent('messages sent after close are left for the next poller', async ({ expect }) => {
  const queueUrl = await queue()
  const poller = poll(queueUrl, async () => {})
  await new Promise((resolve) => setTimeout(resolve, 50))
  await poller.close()
  await ring(queueUrl, 'next')
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }))
  expect(Messages).toMatchObject([{ Body: 'next' }])
})

test.concurrent('close does not wait for a queue that is gone', async ({ expect }) => {
  const poller = poll('http://127.0.0.1:9/0/q.fifo', async () => {}, { client: clientAt('http://127.0.0.1:9') })
  await expect.poll(() => poller.lines.length).toBe(1)
  await poller.close()
})
