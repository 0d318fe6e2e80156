import * as z from 'zod'
import { branchOfSegment } from '../shared/branch-segment.ts'
import { RESERVED_USERNAME, USERNAME } from '../shared/user.ts'
import { LONGEST_MODEL, PROJECT_NAME, Provider } from '../shared/variant.ts'

/** The Lambda that serves an endpoint. Each name is a file in `functions/` that exports `handler`. */
export type HttpFunction = 'generate' | 'abort' | 'delete' | 'projects' | 'docs' | 'session' | 'admin'

/** The minimum role: `user` is anyone with valid credentials, `writer` is anyone but a viewer. */
export type Who = 'public' | 'user' | 'writer' | 'admin'

/** A success reply. The body is `json`, or has the given media type, or is empty. */
export interface Success {
  description: string
  json?: z.ZodType
  mediaType?: string
  /** A body as clients get it, for the OpenAPI document and docs/api.md. */
  example?: unknown
}

/**
 * The declaration of one endpoint. Validation, the routes of both gateways, the OpenAPI document, docs/api.md and the client's
 * types all derive from it.
 */
export interface Endpoint {
  /** GET also answers HEAD. */
  method: 'GET' | 'POST' | 'DELETE'
  /** Equivalent paths. `{name}` matches one segment, `{path+}` any number of segments. */
  paths: readonly [string, ...string[]]
  summary: string
  /** Its section in docs/api.md, and its tag in the OpenAPI document. */
  group: string
  function: HttpFunction
  who: Who
  /** Query parameters: every input is a string. */
  query?: z.ZodObject
  /** The JSON body. */
  body?: z.ZodType
  /**
   * What an accepted request looks like where that is narrower than `query` or `body`, because the handler has its own texts for the
   * rest. Only for the OpenAPI document and docs/api.md.
   */
  accepted?: { query?: z.ZodObject; body?: z.ZodType }
  /** Fields of an HTML form. The handler parses them itself. */
  form?: z.ZodObject
  success: Readonly<Record<number, Success>>
  /** Reasons for each error status, in addition to the ones that every endpoint shares. */
  errors?: Readonly<Record<number, string>>
  /** Errors sent to a browser as HTML pages instead of JSON; those that are also in `errors` are JSON for other clients. */
  errorPages?: Readonly<Record<number, string>>
  /** Values for the curl example in docs/api.md that override its defaults. */
  example?: { params?: Record<string, string>; query?: Record<string, string>; body?: object; key?: string }
}

/** Type-checks a declaration and keeps the exact types of its schemas. */
export const declare = <const E extends Endpoint>(endpoint: E): E => endpoint

const text = z.string().min(1)

/**
 * The schema of each path parameter, applied after percent-decoding. A branch cannot be called like a provider, so the short and
 * the long form of a variant's path never match the same request.
 */
export const pathParameters = {
  name: text.meta({
    description: 'Name of the project: the last segment of its repository URL, without `.git`',
    pattern: PROJECT_NAME.source,
    example: 'hello-world',
  }),
  branch: text
    .refine((segment) => !Provider.safeParse(segment).success)
    .transform(branchOfSegment)
    .meta({
      description: 'Branch or tag as requested, `main` by default; percent-encoded, or with `~2F` for a slash',
      not: { enum: Provider.options },
      example: 'main',
    }),
  provider: Provider.meta({ description: 'The AI provider', example: 'claude' }),
  model: text.meta({
    description: 'The model, percent-encoded: `claude-opus-4-6%5B1m%5D`',
    maxLength: LONGEST_MODEL,
    example: 'claude-opus-4-6[1m]',
  }),
  generation_id: text.meta({
    description: 'The `generation_id` returned when the generation was accepted',
    format: 'uuid',
    example: '6f1c2f0e-3f63-4f0b-9d2b-1f4f7d0c5a11',
  }),
  username: text.meta({
    description: 'Name of the user',
    pattern: USERNAME.source,
    not: RESERVED_USERNAME,
    example: 'alice',
  }),
  file: text.describe('Name of a file that the dashboard loads'),
  path: text.meta({
    description:
      'Path of a file in the site; if empty or ending in a slash, its `index.html`. It may have several segments, which OpenAPI cannot say',
    pattern: String.raw`^(?!\.{1,2}$)[^/\\\u0000]+$`,
    example: 'index.html',
  }),
}
type PathParameter = keyof typeof pathParameters

/** The names of the parameters in a path. */
export type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never
type Named<E extends Endpoint> = NamesIn<E['paths'][number]>

/** The decoded path parameters. `branch` is set only if the path includes it. */
export type ParamsOf<E extends Endpoint> = {
  [Name in Exclude<Named<E>, 'branch' | 'path+'>]: Name extends PathParameter
    ? z.infer<(typeof pathParameters)[Name]>
    : never
} & ('branch' extends Named<E> ? { branch?: string } : unknown) &
  ('path+' extends Named<E> ? { path: string[] } : unknown)

export type QueryOf<E extends Endpoint> = E extends { query: infer Query extends z.ZodType } ? z.output<Query> : unknown
export type BodyOf<E extends Endpoint> = E extends { body: infer Body extends z.ZodType } ? z.output<Body> : unknown

/** The JSON of any success status. */
export type JsonOf<E extends Endpoint> = {
  [Status in keyof E['success']]: E['success'][Status] extends { json: infer Json extends z.ZodType }
    ? z.input<Json>
    : undefined
}[keyof E['success']]
