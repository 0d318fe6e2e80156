import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { expect, test } from 'vitest'
import { routes, streamed } from '../../../api/routes.ts'
import { provideEnv } from '../../../shared/env.ts'
import fixture from '../../integration/fixtures/rest-proxy-event.json' with { type: 'json' }

const buffered = [...new Set(routes.map(({ handler }) => handler))].filter((name) => !streamed.has(name))

test.each(buffered)('%s replies with a JSON 500 if new environment variables are still missing', async (name) => {
  provideEnv({ LOG_LEVEL: 'error' })
  const { handler } = await import(`../../../functions/${name}.ts`)
  const route = routes.find((candidate) => candidate.handler === name && candidate.method !== 'GET')
  const event = {
    ...fixture.event,
    httpMethod: route?.method,
    path: route?.path.replaceAll(/\{\w+\+?\}/g, 'x'),
    headers: { Authorization: 'Bearer a-key-for-tests' },
    body: JSON.stringify({ username: 'ann', api_key: 'a-key-for-tests' }),
  } as unknown as APIGatewayProxyEvent
  const reply: APIGatewayProxyResult = await handler(event, {})
  expect(reply).toMatchObject({ statusCode: 500 })
  expect(JSON.parse(reply.body)).toEqual({ detail: 'Internal server error', request_id: expect.any(String) })
})
