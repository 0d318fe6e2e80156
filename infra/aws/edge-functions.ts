/**
 * What CloudFront runs on each request of a viewer (JavaScript runtime 2.0), as text. Browsers send `[` and `]` as they are, which the API
 * answers with 400; `claude-opus-4-6[1m]` is a name of a model. And the API is asked by its own name: which one the browser asked it
 * reads in a header.
 */
export const ON_REQUEST = `function handler(event) {
  var request = event.request
  request.headers['x-forwarded-host'] = { value: request.headers.host.value }
  request.uri = request.uri.replace(/\\[/g, '%5B').replace(/\\]/g, '%5D')
  return request
}`

/** The same for the second origin, which serves sites and nothing else. */
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
