import type { APIGatewayProxyEvent } from 'aws-lambda'
import { isServiceTrouble } from '../../shared/aws/clients.ts'
import {
  DomainError,
  isDomainError,
  type Problem,
  type RequestErrorCode,
  type RequestErrors,
} from '../../shared/errors.ts'
import { notFoundPage } from './not-found-page.ts'
import { queryOf } from './query-text.ts'
import type { Reply } from './reply.ts'

type Row<Code extends RequestErrorCode> = [status: number, detail: (details: RequestErrors[Code]) => string | Problem[]]

/** DynamoDB, S3, SQS or ECS failed or did not answer in time. */
const unavailable: [number, () => string] = [503, () => 'Service temporarily unavailable. Please retry.']
const RETRY_AFTER_SECONDS = 5
/** By then a generation has usually started. */
const QUEUE_FULL_RETRY_SECONDS = 60

/** `claude, gemini, or cursor` */
const oneOf = new Intl.ListFormat('en', { type: 'disjunction' })

/** The status and `detail` of every error; clients depend on these texts. */
const table: { [Code in RequestErrorCode]: Row<Code> } = {
  unauthorized: [401, () => 'Unauthorized'],
  'wrong-login': [401, () => 'Invalid username or password'],
  'credentials-required': [400, () => 'Username and API key are required'],
  'too-many-failures': [429, () => 'Too many failed attempts. Please retry later.'],
  'cross-site': [403, () => 'Requests from other sites are refused'],
  'write-access-required': [403, () => 'Write access required.'],
  'admin-required': [403, () => 'Admin access required'],
  'local-path-needs-admin': [403, () => 'Local repo path access requires admin privileges'],

  'malformed-path': [400, () => 'Malformed percent-encoding in the path'],
  'not-found': [404, () => 'Not found'],
  'method-not-allowed': [405, () => 'Method Not Allowed'],
  'invalid-request': [422, ({ problems }) => problems],
  'body-too-large': [413, () => 'Request body too large'],

  'username-required': [400, () => 'Username is required'],
  'invalid-username': [
    400,
    ({ username }) =>
      `Invalid username: '${username}'. Use 2 to 50 letters, digits, '.', '_' or '-', starting with a letter or digit; 'admin' is reserved.`,
  ],
  'invalid-role': [400, ({ role }) => `Invalid role: '${role}'. Must be admin, user, or viewer.`],
  'user-exists': [400, ({ username }) => `User '${username}' already exists`],
  'user-not-found': [404, ({ username }) => `User '${username}' not found`],
  'own-account': [400, () => 'Cannot delete your own account'],
  'admin-key-not-rotatable': [400, () => 'ADMIN_KEY users cannot rotate keys. Change the ADMIN_KEY env var instead.'],
  'key-too-short': [400, ({ shortest }) => `API key must be at least ${shortest} characters long`],
  'key-too-long': [400, ({ longest }) => `API key must be at most ${longest} characters long`],
  'key-not-printable': [400, () => 'API key must contain only printable ASCII characters, without spaces'],
  'key-too-simple': [400, () => 'API key is too easy to guess'],
  'key-taken': [400, () => 'This API key cannot be used. Choose another one.'],
  'user-still-generating': [
    409,
    ({ username }) => `Cannot delete user '${username}' while generation is in progress. Abort running variants first.`,
  ],

  'invalid-provider': [
    400,
    ({ provider, known }) => `Invalid AI provider: '${provider}'. Must be ${oneOf.format(known)}.`,
  ],
  'model-required': [400, () => 'AI model must be specified.'],
  'invalid-project-name': [400, ({ name }) => `Invalid project name: '${name}'`],
  'private-address': [
    400,
    ({ resolved }) =>
      resolved
        ? 'Repository URL resolves to a private network address'
        : 'Repository URL must not target localhost or private networks',
  ],
  'path-not-found': [400, ({ path }) => `Repository path does not exist: '${path}'`],
  'path-without-git': [400, ({ path }) => `Not a git repository (no .git directory): '${path}'`],
  'already-generating': [409, ({ path }) => `Variant '${path}' is already being generated`],
  'documents-another': [
    409,
    ({ name, repository }) =>
      `Project '${name}' documents ${repository}. Send another "name", or "force" to replace it.`,
  ],
  'queue-full': [
    429,
    ({ queued, max }) => `You have ${queued} generations waiting already; at most ${max} are allowed.`,
  ],

  'project-not-found': [
    404,
    ({ name, owner }) => `Project '${name}' not found${owner === undefined ? '' : ` for owner '${owner}'`}`,
  ],
  'variant-not-found': [404, () => 'Variant not found'],
  'generation-not-found': [404, () => 'Generation ID not found'],
  'invalid-generation-id': [400, () => 'Invalid generation ID format'],
  'variant-not-ready': [400, () => 'Variant not ready'],
  'no-ready-variant': [404, ({ name }) => `No ready variant for '${name}'`],
  'no-docs': [404, () => 'No docs available'],
  'file-not-found': [404, () => 'File not found'],
  'dashboard-not-built': [503, () => 'The dashboard has not been built: run `npm run dashboard`.'],
  'path-leaves-site': [400, () => 'The path leaves the site'],
  'owner-required': [400, () => 'Project owner is required'],
  'owner-required-to-delete': [
    400,
    () => 'Project owner is required for admin deletion. Use ?owner=username (or ?owner= for legacy projects)',
  ],
  'several-owners': [409, () => 'Multiple owners found for this variant, please specify owner'],
  'variant-still-generating': [
    409,
    ({ path }) => `Cannot delete '${path}' while generation is in progress. Abort first.`,
  ],
  'project-still-generating': [
    409,
    ({ name }) => `Cannot delete '${name}' while generation is in progress. Abort running variants first.`,
  ],

  'nothing-to-abort': [
    404,
    ({ name }) => (name ? `No active generation for '${name}'` : 'No active generation for this variant'),
  ],
  'nothing-to-prioritize': [404, () => 'No waiting generation for this variant'],
  'abort-in-progress': [409, ({ path }) => `Abort still in progress for '${path}'. Please retry shortly.`],
  'already-finished': [
    409,
    ({ path }) => `Generation for '${path}' already finished. Refresh status and retry only if needed.`,
  ],

  'out-of-time': unavailable,
}

/**
 * The reply for an error. A 5xx hides the cause; the log has it under the `request_id` in the body. A browser that opens a page is sent
 * to log in, or gets a page if there is none at its address.
 */
export function replyToError(error: unknown, event: APIGatewayProxyEvent): Reply {
  if (isDomainError(error, 'unauthorized') && isPage(event)) return toLogin(event)
  const { status, detail } = isRefusal(error) ? rowOf(error) : rowOfOthers(error)
  if (status === 404 && isPage(event)) return notFoundPage(depthOf(event), 'Go to the projects')
  const { requestId } = event.requestContext
  return { status, headers: headersOf(error), json: status >= 500 ? { detail, request_id: requestId } : { detail } }
}

function headersOf(error: unknown): Record<string, string> {
  if (isDomainError(error, 'method-not-allowed')) return { Allow: error.details.allowed.join(', ') }
  if (isDomainError(error, 'too-many-failures')) return { 'Retry-After': String(error.details.retryAfterSeconds) }
  if (isDomainError(error, 'queue-full')) return { 'Retry-After': String(QUEUE_FULL_RETRY_SECONDS) }
  const isUnavailable = isDomainError(error, 'out-of-time') || isServiceTrouble(error)
  return isUnavailable ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {}
}

const isRefusal = (error: unknown): error is DomainError<RequestErrorCode> =>
  error instanceof DomainError && Object.hasOwn(table, error.code)

function rowOf<Code extends RequestErrorCode>({ code, details }: DomainError<Code>) {
  const [status, detail] = table[code]
  return { status, detail: detail(details) }
}

/** Unexpected errors reveal nothing to clients. */
function rowOfOthers(error: unknown) {
  const [status, detail] = isServiceTrouble(error) ? unavailable : [500, () => 'Internal server error']
  return { status, detail: detail() }
}

/** Whether a browser is navigating to this page, as anyone does who asks for the dashboard. API clients would mistake a redirect for an answer. */
const isPage = ({ path, httpMethod, headers }: APIGatewayProxyEvent): boolean =>
  ['GET', 'HEAD'].includes(httpMethod) &&
  !/^\/(api|login|logout)(\/|$)/.test(path) &&
  (path === '/' ||
    Object.entries(headers ?? {}).some(
      ([name, value]) => name.toLowerCase() === 'accept' && value?.includes('text/html'),
    ))

/** How many folders the requested path is below the service's root. */
const depthOf = ({ path }: APIGatewayProxyEvent): number => path.split('/').length - 2

function toLogin(event: APIGatewayProxyEvent): Reply {
  const next = event.path + queryOf(event)
  return { status: 302, headers: { Location: `/login?next=${encodeURIComponent(next)}` } }
}
