import type { APIGatewayProxyEvent } from 'aws-lambda'

/** A request's query as text again, with its question mark; empty where there is none. */
export function queryOf({ multiValueQueryStringParameters }: APIGatewayProxyEvent): string {
  const query = new URLSearchParams()
  for (const [name, values] of Object.entries(multiValueQueryStringParameters ?? {})) {
    for (const value of values ?? []) query.append(name, value)
  }
  return query.size > 0 ? `?${query}` : ''
}
