import { STATUS_CODES } from 'node:http'
import * as z from 'zod'
import { type Endpoint, pathParameters, type Success, type Who } from './declare.ts'
import { endpoints } from './endpoints.ts'

const Detail = z.object({ detail: z.string() }).meta({ id: 'Detail', description: 'Any refusal' })
const Problem = z.object({
  loc: z.array(z.union([z.string(), z.number()])),
  msg: z.string(),
  type: z.string(),
})
const Problems = z.object({ detail: z.array(Problem) }).meta({ id: 'Problems', description: 'All problems at once' })
const Failure = z
  .object({ detail: z.string(), request_id: z.string().optional() })
  .meta({ id: 'Failure', description: 'The log has the reason, under `request_id`' })

type Json = Record<string, unknown>

/** OpenAPI 3.1 of every endpoint, made from the declarations that validate. */
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
        'Point it at a git repository; an AI coding CLI writes the documentation. HEAD works wherever GET does.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(Object.values<Endpoint>(endpoints).map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...components },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: "The admin's key or a user's" },
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
    ...bodyOf(endpoint),
    responses: { ...successesOf(endpoint), ...refusalsOf(endpoint) },
  }
}

function bodyOf({ body, form }: Endpoint): Json {
  const content = {
    ...(body ? { 'application/json': { schema: schemaOf(body, 'input') } } : {}),
    ...(form ? { 'application/x-www-form-urlencoded': { schema: schemaOf(form, 'input') } } : {}),
  }
  return body || form ? { requestBody: { required: !body?.safeParse({}).success, content } } : {}
}

const inPath = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: pathParameters[name as keyof typeof pathParameters].description,
    schema: schemaOf(pathParameters[name as keyof typeof pathParameters], 'input'),
  }))

function inQuery({ query }: Endpoint): Json[] {
  if (!query) return []
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    description: z.globalRegistry.get(schema)?.description,
    schema: schemaOf(schema, 'output'),
  }))
}

function successesOf({ success }: Endpoint): Json {
  return Object.fromEntries(
    Object.entries(success).map(([status, { description, json, mediaType }]: [string, Success]) => [
      status,
      { description, ...(json || mediaType ? { content: contentOf(json, mediaType) } : {}) },
    ]),
  )
}

const contentOf = (json: z.ZodType | undefined, mediaType = 'application/json'): Json => ({
  [mediaType]: { schema: json ? schemaOf(json, 'output') : {} },
})

/** When an endpoint refuses, beside its own reasons: what holds for all of its kind. */
export function reasonsOf(endpoint: Endpoint): Record<number, string> {
  const { who, query, body, paths, errors = {}, errorPages = {} } = endpoint
  const general: Record<number, string | false> = {
    400: paths[0].includes('{') && 'The path is malformed',
    401: who !== 'public' && 'No valid credentials',
    403: forbiddenTo(endpoint),
    413: body !== undefined && 'The body is too large',
    422: (body ?? query) !== undefined && 'All problems of the request, one by one',
    429: 'Too many requests',
  }
  const kept = Object.entries(general).filter((entry): entry is [string, string] => entry[1] !== false)
  return { ...Object.fromEntries(kept), ...errors, ...errorPages }
}

const unfit: Record<Who, string[]> = {
  public: [],
  user: [],
  writer: ['the caller is a viewer'],
  admin: ['the caller is no admin'],
}

function forbiddenTo({ method, who }: Endpoint): string | false {
  const bySession = who !== 'public' && method !== 'GET' ? ['a page of another site had a browser send it'] : []
  const text = [...unfit[who], ...bySession].join(', or ')
  return text !== '' && text.charAt(0).toUpperCase() + text.slice(1)
}

function refusalsOf(endpoint: Endpoint): Json {
  const refusals = Object.entries(reasonsOf(endpoint)).map(([status, description]) => [
    status,
    { description, content: refusalContent(endpoint, Number(status)) },
  ])
  return { ...Object.fromEntries(refusals), '5XX': { description: STATUS_CODES[500], content: contentOf(Failure) } }
}

const refusalContent = ({ errorPages = {} }: Endpoint, status: number): Json =>
  status in errorPages
    ? contentOf(undefined, 'text/html; charset=utf-8')
    : contentOf(status === 422 ? Problems : Detail)

/** Of a field's JSON Schema, what docs/api.md tells. */
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

/** The fields of an object; none for anything else. */
export function fieldsOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, FieldSchema> {
  const { $ref, $defs = {}, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  const { properties = {} } = $ref ? ($defs[$ref.replace('#/$defs/', '')] ?? {}) : own
  return properties as Record<string, FieldSchema>
}

/** Schemas with an id stand once, among the components. */
const components: Json = {}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, $defs = {}, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  for (const [id, definition] of Object.entries($defs as Json)) components[id] = definition
  return JSON.parse(JSON.stringify(own).replaceAll('"#/$defs/', '"#/components/schemas/'))
}
