import type { APIGatewayProxyEvent } from 'aws-lambda'

/** The request's query string with its question mark, or an empty string. */
export function queryOf({ multiValueQueryStringParameters }: APIGatewayProxyEvent): string {
  const query = new URLSearchParams()
  for (const [name, values] of Object.entries(multiValueQueryStringParameters ?? {})) {
    for (const value of values ?? []) query.append(name, value)
  }
  return query.size > 0 ? `?${query}` : ''
}
