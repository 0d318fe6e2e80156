import type { APIGatewayProxyEvent } from 'aws-lambda'
import { expect, test } from 'vitest'
import { clientAddress } from '../../../../functions/http/client-address.ts'
import { provideEnv } from '../../../../shared/env.ts'
import fixture from '../../../integration/fixtures/rest-proxy-event.json' with { type: 'json' }

const event = fixture.event as unknown as APIGatewayProxyEvent
const { sourceIp } = event.requestContext.identity

test.each([
  ['0', '203.0.113.9, 198.51.100.1', sourceIp],
  ['0', undefined, sourceIp],
  ['1', '198.51.100.1, 64.252.64.1', '198.51.100.1'],
  ['1', '203.0.113.9, 198.51.100.1, 64.252.64.1', '198.51.100.1'],
  ['1', '203.0.113.9,198.51.100.1,64.252.64.1', '198.51.100.1'],
  ['2', '203.0.113.9, 198.51.100.1, 64.252.64.1', '203.0.113.9'],
  ['1', '64.252.64.1', sourceIp],
  ['1', undefined, sourceIp],
])('with %s trusted proxies, the client of "%s" has the address %s', (TRUSTED_PROXIES, forwarded, address) => {
  provideEnv({ TRUSTED_PROXIES })
  expect(clientAddress(event, { 'x-forwarded-for': forwarded })).toBe(address)
})
