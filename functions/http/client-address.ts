import type { APIGatewayProxyEvent } from 'aws-lambda'
import { ProxyEnv, readEnv } from '../../shared/env.ts'

/** The client's address. Each trusted proxy appends the address it saw to `X-Forwarded-For`; anything before that can be forged. */
export function clientAddress(
  { requestContext }: APIGatewayProxyEvent,
  headers: Record<string, string | undefined>,
): string {
  const { sourceIp } = requestContext.identity
  const { TRUSTED_PROXIES: proxies } = readEnv(ProxyEnv)
  if (proxies === 0) return sourceIp
  const seen = (headers['x-forwarded-for'] ?? '').split(',').map((address) => address.trim())
  return seen.at(-1 - proxies) || sourceIp
}
