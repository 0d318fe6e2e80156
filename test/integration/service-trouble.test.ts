import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { isServiceTrouble, openTable } from '../../shared/aws/clients.ts'

interface Answer {
  status: number
  type: string
}

let answer: Answer
/** Answers to give before `answer`. */
let first: Answer[] = []
let requests = 0
const server = createServer((_, response) => {
  requests++
  const { status, type } = first.shift() ?? answer
  response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    .end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'no' }))
})
let client: DynamoDBClient

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  client = new DynamoDBClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 2 })
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local')
})

afterAll(() => {
  client.destroy()
  server.close()
  vi.unstubAllEnvs()
})

test.each([
  [400, 'ThrottlingException', true],
  [400, 'ProvisionedThroughputExceededException', true],
  [400, 'RequestLimitExceeded', true],
  [500, 'InternalServerError', true],
  [503, 'ServiceUnavailable', true],
  [400, 'ConditionalCheckFailedException', false],
  [400, 'ValidationException', false],
  [400, 'AccessDeniedException', true],
  [400, 'UnrecognizedClientException', true],
  [400, 'ExpiredTokenException', true],
  [400, 'ResourceNotFoundException', false],
])('%d %s: trouble of the service is %s', async (status, type, trouble) => {
  answer = { status, type }
  const error = await client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })).catch((e) => e)
  expect(error.name).toBe(type)
  expect(isServiceTrouble(error)).toBe(trouble)
})

test('no response counts as service trouble; our own errors do not', async () => {
  const nowhere = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  const error = await nowhere.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })).catch((e) => e)
  expect(isServiceTrouble(error)).toBe(true)
  expect(isServiceTrouble(new Error('ours'))).toBe(false)
})

const trouble = { status: 503, type: 'ServiceUnavailable' }

/** Reads an item with a client that waits out service trouble until the signal is aborted. */
const read = async (until: AbortSignal) => {
  const table = openTable({ TABLE_NAME: 't' }, { maxAttempts: 1, until })
  return await table.client.send(new GetCommand({ TableName: table.name, Key: { pk: 'a' } }))
}

test('a runner waits out service trouble but no other failure', async () => {
  const until = new AbortController().signal
  requests = 0
  first = [trouble, { status: 400, type: 'ThrottlingException' }, trouble]
  answer = { status: 200, type: 'none' }
  expect((await read(until)).Item).toBeUndefined()
  expect(requests).toBe(4)

  requests = 0
  answer = { status: 400, type: 'ValidationException' }
  await expect(read(until)).rejects.toMatchObject({ name: 'ValidationException' })
  expect(requests).toBe(1)

  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:1')
  await expect(read(until)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})

test('a stopping runner still sends requests but no longer waits for the server', async () => {
  requests = 0
  answer = trouble
  await expect(read(AbortSignal.abort())).rejects.toMatchObject({ name: 'ServiceUnavailable' })
  expect(requests).toBe(1)
})
