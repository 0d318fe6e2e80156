import * as z from 'zod'
import { branchOfSegment } from '../shared/branch-segment.ts'
import { Provider } from '../shared/variant.ts'

/** Which Lambda answers; each name is a file of `functions/` that exports `handler`. */
export type HttpFunction = 'generate' | 'abort' | 'delete' | 'projects' | 'docs' | 'session' | 'admin'

/** `user` is anyone with valid credentials; a `writer` is no viewer. */
export type Who = 'public' | 'user' | 'writer' | 'admin'

/** A success. With `json` the body is that; else it has the media type named, or there is none. */
export interface Success {
  description: string
  json?: z.ZodType
  mediaType?: string
}

/**
 * All that is to be said about one endpoint. Validation, the routes of both gateways, the OpenAPI document, docs/api.md and
 * the types of the client are made from it.
 */
export interface Endpoint {
  /** GET also answers HEAD. */
  method: 'GET' | 'POST' | 'DELETE'
  /** Equal addresses. `{name}` is one segment, `{path+}` any number of them. */
  paths: readonly [string, ...string[]]
  summary: string
  /** Below which heading it stands in docs/api.md. */
  group: string
  function: HttpFunction
  who: Who
  /** Of text, as a query has it. */
  query?: z.ZodObject
  /** JSON. */
  body?: z.ZodType
  /** Of an HTML form; its answer reads it. */
  form?: z.ZodObject
  success: Readonly<Record<number, Success>>
  /** When the endpoint answers so, beside what holds for every endpoint of its kind. */
  errors?: Readonly<Record<number, string>>
  /** Refusals that a person reads in a browser: pages instead of JSON. */
  errorPages?: Readonly<Record<number, string>>
  /** Values for the call in docs/api.md, where those of {@link examples} do not do. */
  example?: { params?: Record<string, string>; query?: Record<string, string>; body?: object; key?: string }
}

/** Checks that it is an endpoint, and keeps the types of its schemas. */
export const declare = <const E extends Endpoint>(endpoint: E): E => endpoint

const text = z.string().min(1)

/**
 * What a segment of a path may be, once it is percent-decoded, and what it means. A provider's name where a branch could stand is the provider: so the short and the long
 * form of a variant's address never mean the same path.
 */
export const pathParameters = {
  name: text.describe('Name of the project: the last segment of the address of its repository, without `.git`'),
  branch: text
    .refine((segment) => !Provider.safeParse(segment).success)
    .transform(branchOfSegment)
    .describe(
      'Branch or tag as it was asked for, `main` by default, percent-encoded; a slash may also be written `~2F`',
    ),
  provider: Provider.describe('The AI provider'),
  model: text.describe('The model, percent-encoded: `claude-opus-4-6%5B1m%5D`'),
  generation_id: text.describe('The UUID that the generation was accepted with'),
  username: text.describe('Name of a user'),
  path: text.describe('Path of a file of the site; the start page where it is empty or ends with a slash'),
}
type PathParameter = keyof typeof pathParameters

/** The names of the parameters in a path. */
export type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never
type Named<E extends Endpoint> = NamesIn<E['paths'][number]>

/** The path's parameters, decoded. The branch is there where the path names it. */
export type ParamsOf<E extends Endpoint> = {
  [Name in Exclude<Named<E>, 'branch' | 'path+'>]: Name extends PathParameter
    ? z.infer<(typeof pathParameters)[Name]>
    : never
} & ('branch' extends Named<E> ? { branch?: string } : unknown) &
  ('path+' extends Named<E> ? { path: string[] } : unknown)

export type QueryOf<E extends Endpoint> = E extends { query: infer Query extends z.ZodType } ? z.output<Query> : unknown
export type BodyOf<E extends Endpoint> = E extends { body: infer Body extends z.ZodType } ? z.output<Body> : unknown

/** The JSON of any success. */
export type JsonOf<E extends Endpoint> = {
  [Status in keyof E['success']]: E['success'][Status] extends { json: infer Json extends z.ZodType }
    ? z.input<Json>
    : undefined
}[keyof E['success']]
