import type { Endpoint, pathParameters, Success, Who } from './declare.ts'
import { endpointList } from './endpoints.ts'
import { exampleVariant, exampleWaiting } from './example-variant.ts'
import { bodyOf, type FieldSchema, fieldsOf, queryOf, reasonsOf } from './openapi.ts'
import { VariantView } from './variant.ts'

/** The text of docs/api.md: every endpoint as declared, each with a curl example. */
export function apiPage(): string {
  const groups = Map.groupBy(endpointList, ({ group }) => group)
  const sections = [...groups].map(([group, members]) => `## ${group}\n\n${members.map(sectionOf).join('\n')}`)
  const variant = `## A variant\n\n${VARIANT_NOTE}\n\n${tableOf(fieldsOf(VariantView, 'output'))}`
  return [INTRODUCTION, ...sections, variant, SUITE].join('\n')
}

const INTRODUCTION = `# The HTTP API

<!-- Written by \`node api/write-api-page.ts\` from the declarations in api/endpoints. Do not edit. -->

\`GET /api/openapi.json\` returns the same API as an OpenAPI 3.1 document. The examples below read the service's URL and an API
key from the environment:

\`\`\`sh
export DOCSFY_URL=http://127.0.0.1:8000 DOCSFY_KEY=$(cat .docsfy/admin-key)
\`\`\`

(\`USER_KEY\` is the key of a regular user, for calls that the admin key cannot make.)

- **Errors** are JSON: \`{"detail": "<text>"}\`. For a 422, \`detail\` is a list with one \`{loc, msg, type}\` per problem. A 5xx adds only
  the \`request_id\` to look up in the log; a 503 also sends \`Retry-After\`. Nothing under \`/api\` ever redirects.
- **Order of checks**: 401, then 422, then 403, then 404 or 400, then 409. Anything the caller may not read is a 404.
- **Variant paths**: \`…/{name}/{provider}/{model}\` means branch \`main\`; \`…/{name}/{branch}/{provider}/{model}\` names the branch.
  Percent-encode each segment separately: the model \`claude-opus-4-6[1m]\` becomes \`claude-opus-4-6%5B1m%5D\`, and the branch
  \`feature/x\` becomes \`feature%2Fx\` or \`feature~2Fx\`. In branches only, \`~2F\` stands for \`/\` and \`~7E\` for \`~\`; archive names use
  the same form. (curl treats brackets as a pattern: encode them, or pass \`-g\`.)
- **Owners**: \`?owner=\` selects the owner of a variant, for admins and for users with granted access.
- **Lists**: pass \`next_cursor\` as \`cursor\` to get the next page. Variants that don't change while you page appear exactly once. Send
  the \`ETag\` of a reply as \`If-None-Match\` to get a 304 if nothing has changed.
- **Browsers** log in at \`/login\` or with \`POST /api/auth/login\`, then send the cookie \`docsfy_session\` instead of a key. Writes
  triggered by a page on another site get a 403. A browser that opens an address outside \`/api\` where there is nothing gets a page
  instead of JSON. A link on another site, or in the documentation, doesn't log out.
- **Wrong keys**: an address that has sent 100 different wrong keys within five minutes gets a 429 with \`Retry-After\`. Once an account has
  received 50, 3 are enough. Generated keys always work, from any address. Chosen keys always work from addresses that sent no wrong ones.
- HEAD works wherever GET does. Bodies are parsed as JSON whatever their \`Content-Type\`; unknown fields are ignored.
`

const SUITE = `## Fuzzing

\`npm run fuzz:api\` starts a service on this machine and lets schemathesis send it requests that follow or break the OpenAPI document. It needs
Python 3.10 or later and PyPI. What the document allows has to be accepted, and what it does not allow refused, except where that depends on more
than a schema can state. [test/fuzz/schemathesis.toml](../test/fuzz/schemathesis.toml) names each exception with its reason.

## Contract tests

\`npx vitest run --config test/vitest.config.ts test/contract\` starts its own services on this machine and checks every status, text
and schema on this page. To run it against a deployment:

\`\`\`sh
CONTRACT_URL=https://d111111abcdef8.cloudfront.net CONTRACT_ADMIN_KEY=… CONTRACT_REPO_URL=https://github.com/you/small-repository \\
  npx vitest run --config test/vitest.config.ts test/contract
\`\`\`

The suite really generates documentation for \`CONTRACT_REPO_URL\`, at the model's price; it aborts all other generations while they
are queued or starting. It creates users named \`t-…\` and deletes them at the end. Against a deployment it also verifies what cannot
be tested locally:

- \`%2F\`, \`%3F\`, \`%25\` and \`%00\` pass through CloudFront and the REST API unchanged (names, bad-input);
- raw \`[ ]\` in a path work, because the CloudFront function encodes them (variants: "is found by its paths, even with raw brackets");
- responses stream: a download has no \`Content-Encoding\` and no 6 MB limit (variants: "a download");
- the gateway's own errors have a \`detail\`: 413 above 10 MB, 429, 502 and 504 (bad-input: "is larger than the gateway takes");
- unknown paths and methods reach the fallback function through the \`ANY\` routes and get a 404, or a 405 with \`Allow\`;
- HEAD and 304 replies have no body, and \`ETag\`, \`Allow\` and two \`Set-Cookie\` headers survive the edge (lists, variants).
`

const VARIANT_NOTE = 'Answers above show it as `{ … }`; [Get a variant](#get-a-variant) shows a whole one.'

const accessTexts: Record<Who, string> = {
  public: 'Access: public.',
  user: 'Access: any authenticated caller.',
  writer: 'Access: users with the role `user` or `admin`.',
  admin: 'Access: admins only.',
}

function sectionOf(endpoint: Endpoint): string {
  const { method, paths, summary, who, form } = endpoint
  const [query, body] = [queryOf(endpoint), bodyOf(endpoint)]
  const parts = [
    `### ${summary}`,
    paths.map((path) => `\`${method} ${path}\``).join('<br>\n'),
    accessTexts[who],
    ...(query ? [`Query:\n\n${tableOf(fieldsOf(query, 'output'))}`.trimEnd()] : []),
    ...(body ? [`Body:\n\n${tableOf(fieldsOf(body, 'input'))}`.trimEnd()] : []),
    ...(form ? [`Form:\n\n${tableOf(fieldsOf(form, 'input'))}`.trimEnd()] : []),
    `\`\`\`sh\n${curlOf(endpoint)}\n\`\`\``,
    ...answersOf(endpoint),
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

/** An answer to the curl command, if it is more than a file. */
function answersOf({ success }: Endpoint): string[] {
  return Object.values<Success>(success).flatMap(({ example }) => {
    if (example === undefined) return []
    if (typeof example === 'string') return [`\`\`\`text\n${example.trimEnd()}\n\`\`\``]
    return [`\`\`\`json\n${jsonText(example)}\n\`\`\``]
  })
}

/** On one line if it is short. */
function jsonText(value: unknown): string {
  const [line, lines] = [undefined, 2].map((indent) => JSON.stringify(value, shortened, indent) ?? '')
  const text = line !== undefined && line.length <= LONGEST_LINE ? line : lines
  return (text ?? '').replaceAll(`"${VARIANT}"`, '{ … }')
}

const LONGEST_LINE = 120
const VARIANT = 'a variant'

/** A variant is shown once, in the section of its own. */
function shortened(this: unknown, key: string, value: unknown): unknown {
  return key !== '' && [exampleVariant, exampleWaiting].includes(value as VariantView) ? VARIANT : value
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

/** Default parameters for the curl examples. Values that start with `$` are shell variables. */
const examples: Record<string, string> = {
  name: 'hello-world',
  branch: 'main',
  provider: 'claude',
  model: 'claude-opus-4-6[1m]',
  generation_id: '$GENERATION_ID',
  username: 'alice',
  path: '',
  file: '$ASSET',
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
    // DELETE needs only the query.
    ...(body && method === 'POST' ? [`-d ${quoted(JSON.stringify(example.body ?? {}))}`] : []),
    ...(form ? Object.entries(example.body ?? {}).map(([name, value]) => `-d "${name}=${value}"`) : []),
    ...(isArchive(paths[0]) ? ['-o site.tar.gz'] : []),
  ].join(' ')
}

/** Quotes a shell argument. Double quotes let the shell expand variables. */
const quoted = (text: string): string => (text.includes('$') ? `"${text.replaceAll('"', '\\"')}"` : `'${text}'`)

const isArchive = (path: string): boolean => path.endsWith('/download')

const encoded = (value: string): string => (value.startsWith('$') ? value : encodeURIComponent(value))
