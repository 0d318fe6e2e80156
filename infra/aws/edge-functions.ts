/**
 * Source of the CloudFront function that runs on every viewer request (JavaScript runtime 2.0). It encodes `[` and `]`: browsers send
 * them raw, API Gateway rejects them with 400, and model names contain them (`claude-opus-4-6[1m]`). It also passes the host that the
 * browser asked for in `x-forwarded-host`, since CloudFront calls the API by its own host name.
 */
export const ON_REQUEST = `function handler(event) {
  var request = event.request
  request.headers['x-forwarded-host'] = { value: request.headers.host.value }
  request.uri = request.uri.replace(/\\[/g, '%5B').replace(/\\]/g, '%5D')
  return request
}`

/** The same for the second origin, which serves only sites. */
export const ON_SITES_REQUEST = ON_REQUEST.replace(
  '  return request',
  `  var reads = request.method === 'GET' || request.method === 'HEAD'
  if (reads && request.uri.indexOf('/docs/') === 0) return request
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: { 'content-type': { value: 'application/json' } },
    body: '{"detail":"Not Found"}',
  }`,
)
