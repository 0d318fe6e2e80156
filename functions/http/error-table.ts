import type { APIGatewayProxyEvent } from 'aws-lambda'
import { isServiceTrouble } from '../../shared/aws/clients.ts'
import { DomainError, type ErrorCode, type ErrorDetails, isDomainError, type Problem } from '../../shared/errors.ts'
import { queryOf } from './query-text.ts'
import type { Reply } from './reply.ts'

type Row<Code extends ErrorCode> = [status: number, detail: (details: ErrorDetails[Code]) => string | Problem[]]

const opaque: [number, () => string] = [500, () => 'Internal server error']
/** DynamoDB, S3, SQS or ECS did not answer, or not well. */
const unavailable: [number, () => string] = [503, () => 'Service temporarily unavailable. Please retry.']
const RETRY_AFTER_SECONDS = 5

/** Status and `detail` of every domain error, to the letter of the API's contract. */
const table: { [Code in ErrorCode]: Row<Code> } = {
  unauthorized: [401, () => 'Unauthorized'],
  'wrong-login': [401, () => 'Invalid username or password'],
  'too-many-failures': [429, () => 'Too many failed attempts. Please retry later.'],
  'cross-site': [403, () => 'Requests from other sites are refused'],
  'invalid-request': [422, ({ problems }) => problems],
  'body-too-large': [413, () => 'Request body too large'],
  'write-access-required': [403, () => 'Write access required.'],
  'admin-required': [403, () => 'Admin access required'],
  'local-path-needs-admin': [403, () => 'Local repo path access requires admin privileges'],
  'not-found': [404, ({ message }) => message ?? 'Not found'],
  'bad-request': [400, ({ message }) => message],
  'method-not-allowed': [405, () => 'Method Not Allowed'],
  'already-generating': [409, ({ path }) => `Variant '${path}' is already being generated`],
  'still-generating': [409, ({ message }) => message],
  'nothing-to-abort': [
    404,
    ({ name }) => (name ? `No active generation for '${name}'` : 'No active generation for this variant'),
  ],
  'several-owners': [409, () => 'Multiple owners found for this variant, please specify owner'],
  'abort-in-progress': [409, ({ path }) => `Abort still in progress for '${path}'. Please retry shortly.`],
  'already-finished': [
    409,
    ({ path }) => `Generation for '${path}' already finished. Refresh status and retry only if needed.`,
  ],
  'private-address': [
    400,
    ({ resolved }) =>
      resolved
        ? 'Repository URL resolves to a private network address'
        : 'Repository URL must not target localhost or private networks',
  ],
  'out-of-time': unavailable,
  fenced: opaque,
  'clone-failed': opaque,
  'ai-failed': opaque,
  'timed-out': opaque,
  'pages-failed': opaque,
}

/** What a client reads of an error. The log has the reason of a 5xx, under the request id that the body carries. */
export function replyToError(error: unknown, event: APIGatewayProxyEvent): Reply {
  if (isDomainError(error, 'unauthorized') && isPage(event)) return toLogin(event)
  const { status, detail } = error instanceof DomainError ? rowOf(error) : rowOfOthers(error)
  const { requestId } = event.requestContext
  return { status, headers: headersOf(error), json: status >= 500 ? { detail, request_id: requestId } : { detail } }
}

function headersOf(error: unknown): Record<string, string> {
  if (isDomainError(error, 'method-not-allowed')) return { Allow: error.details.allowed.join(', ') }
  if (isDomainError(error, 'too-many-failures')) return { 'Retry-After': String(error.details.retryAfterSeconds) }
  const isUnavailable = isDomainError(error, 'out-of-time') || isServiceTrouble(error)
  return isUnavailable ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {}
}

function rowOf<Code extends ErrorCode>({ code, details }: DomainError<Code>) {
  const [status, detail] = table[code]
  return { status, detail: detail(details) }
}

function rowOfOthers(error: unknown) {
  const [status, detail] = isServiceTrouble(error) ? unavailable : opaque
  return { status, detail: detail() }
}

/** What a person looks at in a browser. Below /api a client would take a redirect for an answer. */
const isPage = ({ path, httpMethod, headers }: APIGatewayProxyEvent): boolean =>
  !/^\/(api|login|logout)(\/|$)/.test(path) &&
  ['GET', 'HEAD'].includes(httpMethod) &&
  Object.entries(headers ?? {}).some(([name, value]) => name.toLowerCase() === 'accept' && value?.includes('text/html'))

function toLogin(event: APIGatewayProxyEvent): Reply {
  const next = event.path + queryOf(event)
  return { status: 302, headers: { Location: `/login?next=${encodeURIComponent(next)}` } }
}
