import type { APIGatewayProxyEvent } from 'aws-lambda'
import { ProxyEnv, readEnv } from '../../shared/env.ts'

/** Where a request came from: each of our proxies has added whom it saw; what stands before that, anybody may have written. */
export function clientAddress(
  { requestContext }: APIGatewayProxyEvent,
  headers: Record<string, string | undefined>,
): string {
  const { sourceIp } = requestContext.identity
  const seen = (headers['x-forwarded-for'] ?? '').split(',').map((address) => address.trim())
  return seen.at(-1 - readEnv(ProxyEnv).TRUSTED_PROXIES) || sourceIp
}
