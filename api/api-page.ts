import type { Endpoint, pathParameters, Success, Who } from './declare.ts'
import { endpointList } from './endpoints.ts'
import { type FieldSchema, fieldsOf, reasonsOf } from './openapi.ts'
import { VariantView } from './variant.ts'

/** docs/api.md: every endpoint in the words of its declaration, each with a line for curl. */
export function apiPage(): string {
  const groups = Map.groupBy(endpointList, ({ group }) => group)
  const sections = [...groups].map(([group, members]) => `## ${group}\n\n${members.map(sectionOf).join('\n')}`)
  const variant = `## A variant\n\n${tableOf(fieldsOf(VariantView, 'output'))}`
  return [INTRODUCTION, ...sections, variant, SUITE].join('\n')
}

const INTRODUCTION = `# The HTTP API

<!-- Written by \`node api/write-api-page.ts\` from the declarations in api/endpoints. Do not edit. -->

The same as an OpenAPI 3.1 document: \`GET /api/openapi.json\`. The lines below take the service's address and a key from the
environment:

\`\`\`sh
export DOCSFY_URL=http://127.0.0.1:8000 DOCSFY_KEY=$(cat .docsfy/admin-key)
\`\`\`

(\`USER_KEY\`: a user's, for what the holder of the admin key cannot do.)

- **Errors** are JSON, \`{"detail": "<text>"}\`. A 422 has a list there, one \`{loc, msg, type}\` for each problem. A 5xx says no
  more than the \`request_id\` that the log knows it by; a 503 also says by \`Retry-After\` when to try again. Nothing below \`/api\` ever redirects.
- **Order**: 401, then 422, then 403, then 404 or 400, then 409. What a caller may not see is 404.
- **Addresses**: \`…/{name}/{provider}/{model}\` means the branch \`main\`, \`…/{name}/{branch}/{provider}/{model}\` names it. Each
  segment is percent-encoded by itself: a model \`claude-opus-4-6[1m]\` is \`claude-opus-4-6%5B1m%5D\`, a branch \`feature/x\` is
  \`feature%2Fx\`, or \`feature~2Fx\`: in a branch alone, \`~2F\` means \`/\` and \`~7E\` means \`~\`, and archives are named so. (curl takes
  brackets for a pattern: encode them, or use \`-g\`.)
- **Owners**: \`?owner=\` says whose variant is meant, for an admin and for whoever was granted access.
- **Lists**: \`next_cursor\` leads to the next page. While others write, what did not change comes exactly once. \`If-None-Match\`
  with the \`ETag\` of a reply gives 304 as long as nothing has changed.
- **Browsers** log in at \`/login\`, or by \`POST /api/auth/login\`, and then send the cookie \`docsfy_session\` instead of a key. What a page of
  another site has them write is 403.
- **Wrong keys** are 429 after too many within a minute, per address and per account; a right one always gets in.
- HEAD works wherever GET does. A body is read as JSON whatever its \`Content-Type\` says; unknown fields are ignored.
`

const SUITE = `## The contract, as tests

\`npx vitest run --config test/vitest.config.ts test/contract\` starts services of its own on this machine and holds every status, text
and schema of this page against them. Against a deployment:

\`\`\`sh
CONTRACT_URL=https://d111111abcdef8.cloudfront.net CONTRACT_ADMIN_KEY=… CONTRACT_REPO_URL=https://github.com/you/small-repository \\
  npx vitest run --config test/vitest.config.ts test/contract
\`\`\`

\`CONTRACT_REPO_URL\` is documented for real, which costs what its model costs; everything else is aborted while it waits or starts.
The suite makes users called \`t-…\` and deletes them when it ends. Only a deployment can show, and the suite then does, that:

- \`%2F\`, \`%3F\`, \`%25\` and \`%00\` reach the functions as they were sent, through CloudFront and the REST API (names, bad-input);
- raw \`[ ]\` in a path pass, since CloudFront's function encodes them (variants: "is found by its paths");
- responses stream: a download has no \`Content-Encoding\` and no limit of 6 MB (variants: "a download");
- the gateway's own answers have a \`detail\`: 413 above 10 MB, 429, 502 and 504 (bad-input: "is larger than the gateway takes");
- a method or an address without an endpoint reaches the function that says 405 with \`Allow\`, or 404, through the \`ANY\` routes;
- HEAD and 304 come without a body, and \`ETag\`, \`Allow\` and two \`Set-Cookie\` lines pass the edge (lists, variants).
`

const whoMay: Record<Who, string> = {
  public: 'Anyone.',
  user: 'Needs a key.',
  writer: 'Needs a key of a user who is no viewer.',
  admin: 'Needs the key of an admin.',
}

function sectionOf(endpoint: Endpoint): string {
  const { method, paths, summary, who, query, body, form } = endpoint
  const parts = [
    `### ${summary}`,
    paths.map((path) => `\`${method} ${path}\``).join('<br>\n'),
    whoMay[who],
    ...(query ? [`Query:\n\n${tableOf(fieldsOf(query, 'output'))}`.trimEnd()] : []),
    ...(body ? [`Body:\n\n${tableOf(fieldsOf(body, 'input'))}`.trimEnd()] : []),
    ...(form ? [`Form:\n\n${tableOf(fieldsOf(form, 'input'))}`.trimEnd()] : []),
    `\`\`\`sh\n${curlOf(endpoint)}\n\`\`\``,
    repliesOf(endpoint),
  ]
  return `${parts.join('\n\n')}\n`
}

function tableOf(fields: Record<string, FieldSchema>): string {
  const rows = Object.entries(fields).map(
    ([name, field]) => `| \`${name}\` | ${typeOf(field)} | ${field.description ?? ''} |`,
  )
  return `| Name | Type | Meaning |\n|---|---|---|\n${rows.join('\n')}\n`
}

function typeOf({ type, enum: values, const: only, anyOf, items, minimum, maximum, $ref }: FieldSchema): string {
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' or ')
  if ($ref) return $ref.split('/').at(-1) ?? ''
  if (values ?? only !== undefined) return (values ?? [only]).map((value) => `\`${JSON.stringify(value)}\``).join(', ')
  if (type === 'array') return `list of ${items ? typeOf(items) : 'anything'}`
  const range = minimum !== undefined && maximum !== undefined && maximum < 1e9 ? `, ${minimum} to ${maximum}` : ''
  return [type].flat().join(' or ') + range
}

function repliesOf(endpoint: Endpoint): string {
  const successes = Object.entries(endpoint.success).map(([status, success]) => `| ${status} | ${successOf(success)} |`)
  const refusals = Object.entries(reasonsOf(endpoint)).map(([status, reason]) => `| ${status} | ${reason} |`)
  return `| Status | Meaning |\n|---|---|\n${[...successes, ...refusals].join('\n')}`
}

function successOf({ description, json, mediaType }: Success): string {
  const fields = json ? Object.keys(fieldsOf(json, 'output')) : []
  const names = json === VariantView ? '[its fields](#a-variant)' : fields.map((name) => `\`${name}\``).join(', ')
  return [description, names, mediaType && mediaType !== '*/*' && `\`${mediaType}\``].filter(Boolean).join(': ')
}

/** Values that the lines share. What begins with `$` is the reader's. */
const examples: Record<string, string> = {
  name: 'hello-world',
  branch: 'main',
  provider: 'claude',
  model: 'claude-opus-4-6[1m]',
  generation_id: '$GENERATION_ID',
  username: 'alice',
  path: '',
}

function curlOf({ method, paths, who, body, form, example = {} }: Endpoint): string {
  const params: Record<string, string> = { ...examples, ...example.params }
  const path = paths[0].replaceAll(/\{(\w+)\+?\}/g, (_, name: keyof typeof pathParameters) =>
    encoded(params[name] ?? ''),
  )
  const query = example.query ? `?${new URLSearchParams(example.query)}` : ''
  return [
    'curl',
    ...(method === 'GET' || (method === 'POST' && (body || form)) ? [] : [`-X ${method}`]),
    `"$DOCSFY_URL${path}${query}"`,
    ...(who === 'public' ? [] : [`-H "Authorization: Bearer ${example.key ?? '$DOCSFY_KEY'}"`]),
    // Of a deletion, the query says all.
    ...(body && method === 'POST' ? [`-d ${quoted(JSON.stringify(example.body ?? {}))}`] : []),
    ...(form ? Object.entries(example.body ?? {}).map(([name, value]) => `-d "${name}=${value}"`) : []),
    ...(isArchive(paths[0]) ? ['-o site.tar.gz'] : []),
  ].join(' ')
}

/** For a shell, which fills in what begins with `$` only between double quotes. */
const quoted = (text: string): string => (text.includes('$') ? `"${text.replaceAll('"', '\\"')}"` : `'${text}'`)

const isArchive = (path: string): boolean => path.endsWith('/download')

const encoded = (value: string): string => (value.startsWith('$') ? value : encodeURIComponent(value))
