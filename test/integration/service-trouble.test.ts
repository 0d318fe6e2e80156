import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isServiceTrouble } from '../../shared/aws/clients.ts'

let answer: { status: number; type: string }
const server = createServer((_, response) =>
  response
    .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' })
    .end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${answer.type}`, message: 'no' })),
)
let client: DynamoDBClient

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  client = new DynamoDBClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 2 })
})

afterAll(() => {
  client.destroy()
  server.close()
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

test('no answer at all is trouble of the service; an error of ours is not', async () => {
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
