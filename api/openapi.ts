import { STATUS_CODES } from 'node:http'
import * as z from 'zod'
import { type Endpoint, pathParameters, type Success, type Who } from './declare.ts'
import { endpointList, endpoints } from './endpoints.ts'

const Detail = z.object({ detail: z.string() }).meta({ id: 'Detail', description: 'An error' })
const Problem = z.object({
  loc: z.array(z.union([z.string(), z.number()])),
  msg: z.string(),
  type: z.string(),
})
const Problems = z
  .object({ detail: z.array(Problem) })
  .meta({ id: 'Problems', description: 'All validation errors of a request' })
const Failure = z
  .object({ detail: z.string(), request_id: z.string().optional() })
  .meta({ id: 'Failure', description: 'A server error; look up `request_id` in the log for the cause' })

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document, built from the same declarations that validate requests. */
export function openApiDocument(): { openapi: string } & Json {
  const paths: Record<string, Json> = {}
  for (const [id, endpoint] of Object.entries<Endpoint>(endpoints)) {
    for (const [index, path] of endpoint.paths.entries()) {
      const key = path.replace('+}', '}')
      const operationId = index === 0 ? id : `${id}${index + 1}`
      paths[key] = { ...paths[key], [endpoint.method.toLowerCase()]: operationOf(operationId, endpoint, path) }
    }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'docsfy',
      version: '1',
      description:
        'Point docsfy at a git repository and an AI coding CLI writes its documentation. HEAD works wherever GET does.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(Object.values<Endpoint>(endpoints).map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: "The admin key or a user's key" },
        session: { type: 'apiKey', in: 'cookie', name: 'docsfy_session' },
      },
    },
  }
}

function operationOf(operationId: string, endpoint: Endpoint, path: string): Json {
  const { summary, group, who } = endpoint
  return {
    operationId,
    summary,
    tags: [group],
    security: who === 'public' ? [] : [{ key: [] }, { session: [] }],
    parameters: [...inPath(path), ...inQuery(endpoint)],
    ...requestBodyOf(endpoint),
    responses: { ...successesOf(endpoint), ...refusalsOf(endpoint) },
  }
}

function requestBodyOf(endpoint: Endpoint): Json {
  const { form, example = {} } = endpoint
  const body = bodyOf(endpoint)
  const shown = example.body ? { example: example.body } : {}
  const content = {
    ...(body ? { 'application/json': { schema: schemaOf(body, 'input'), ...shown } } : {}),
    ...(form ? { 'application/x-www-form-urlencoded': { schema: schemaOf(form, 'input'), ...shown } } : {}),
  }
  return body || form ? { requestBody: { required: !body?.safeParse({}).success, content } } : {}
}

/** The JSON body of an accepted request. */
export const bodyOf = ({ body, accepted }: Endpoint): z.ZodType | undefined => accepted?.body ?? body

/** The query of an accepted request. */
export const queryOf = ({ query, accepted }: Endpoint): z.ZodObject | undefined => accepted?.query ?? query

const inPath = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: pathParameters[name as keyof typeof pathParameters].description,
    schema: schemaOf(pathParameters[name as keyof typeof pathParameters], 'input'),
  }))

function inQuery(endpoint: Endpoint): Json[] {
  return Object.entries<z.ZodType>(queryOf(endpoint)?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    description: z.globalRegistry.get(schema)?.description,
    schema: schemaOf(schema, 'output'),
  }))
}

function successesOf({ success }: Endpoint): Json {
  return Object.fromEntries(
    Object.entries(success).map(([status, { description, json, mediaType, example }]: [string, Success]) => [
      status,
      { description, ...(json || mediaType ? { content: contentOf(json, mediaType, example) } : {}) },
    ]),
  )
}

const contentOf = (json: z.ZodType | undefined, mediaType = 'application/json', example?: unknown): Json => ({
  [mediaType]: { schema: json ? schemaOf(json, 'output') : {}, ...(example === undefined ? {} : { example }) },
})

/** Every error status of an endpoint with its reason: the shared ones and its own. */
export function reasonsOf(endpoint: Endpoint): Record<number, string> {
  const { who, query, body, paths, errors = {}, errorPages = {} } = endpoint
  const general: Record<number, string | false> = {
    400: paths[0].includes('{') && 'The path is malformed',
    401: who !== 'public' && 'No valid credentials',
    403: forbiddenTo(endpoint),
    413: body !== undefined && 'The body is too large',
    422: (body ?? query) !== undefined && 'Validation failed; lists every problem',
    429: 'Too many requests',
  }
  const kept = Object.entries(general).filter((entry): entry is [string, string] => entry[1] !== false)
  return { ...Object.fromEntries(kept), ...errors, ...errorPages }
}

const missingRole: Record<Who, string[]> = {
  public: [],
  user: [],
  writer: ['the caller is a viewer'],
  admin: ['the caller is not an admin'],
}

function forbiddenTo({ method, who }: Endpoint): string | false {
  const bySession = who !== 'public' && method !== 'GET' ? ['a page on another site sent the request'] : []
  const text = [...missingRole[who], ...bySession].join(', or ')
  return text !== '' && text.charAt(0).toUpperCase() + text.slice(1)
}

function refusalsOf(endpoint: Endpoint): Json {
  const refusals = Object.entries(reasonsOf(endpoint)).map(([status, description]) => [
    status,
    { description, content: refusalContent(endpoint, Number(status)) },
  ])
  return { ...Object.fromEntries(refusals), '5XX': { description: STATUS_CODES[500], content: contentOf(Failure) } }
}

function refusalContent({ errors = {}, errorPages = {} }: Endpoint, status: number): Json {
  const json = contentOf(status === 422 ? Problems : Detail)
  if (!(status in errorPages)) return json
  const page = contentOf(undefined, 'text/html; charset=utf-8')
  return status in errors ? { ...json, ...page } : page
}

/** The parts of a field's JSON Schema that docs/api.md shows. */
export interface FieldSchema {
  type?: string | string[]
  description?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: FieldSchema[]
  items?: FieldSchema
  minimum?: number
  maximum?: number
  $ref?: string
}

/** The fields of an object schema; empty for any other schema. */
export function fieldsOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, FieldSchema> {
  const { $ref, $defs = {}, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  const { properties = {} } = $ref ? ($defs[$ref.replace('#/$defs/', '')] ?? {}) : own
  return properties as Record<string, FieldSchema>
}

/** Every schema with an id that an operation refers to. */
function componentSchemas(): Json {
  const used = endpointList.flatMap((endpoint) => [
    ...[bodyOf(endpoint), endpoint.form].map((schema) => definitionsOf(schema, 'input')),
    ...Object.values(endpoint.success).map(({ json }) => definitionsOf(json, 'output')),
  ])
  return Object.assign({}, ...used, ...[Detail, Problems, Failure].map((schema) => definitionsOf(schema, 'output')))
}

const definitionsOf = (schema: z.ZodType | undefined, io: 'input' | 'output'): Json =>
  schema ? toJsonSchema(schema, io).$defs : {}

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, $defs: __, ...own } = toJsonSchema(schema, io)
  return own
}

/** Zod's JSON Schema, with references as OpenAPI writes them. */
function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json & { $defs: Json } {
  const json = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }))
  return { $defs: {}, ...JSON.parse(json.replaceAll('"#/$defs/', '"#/components/schemas/')) }
}
