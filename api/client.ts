import type { z } from 'zod'
import { branchSegment } from '../shared/branch-segment.ts'
import type { Endpoint, NamesIn } from './declare.ts'
import type { Api } from './endpoints.ts'

/** The arguments of a call. Pass `params` unencoded; the client encodes them. */
type Input<Key extends keyof Api> = Params<Key> & {
  query?: Api[Key] extends { query: infer Query extends z.ZodType } ? Partial<z.output<Query>> : undefined
  body?: Api[Key] extends { body: infer Body extends z.ZodType } ? z.input<Body> : undefined
  headers?: Record<string, string>
}
type Params<Key extends string> = [NamesIn<Key>] extends [never]
  ? { params?: undefined }
  : { params: Record<NamesIn<Key>, string> }

/** Each success status with its declared JSON; any other status carries a `detail`. */
type Output<E extends Endpoint> =
  | {
      [Status in keyof E['success'] & number]: {
        status: Status
        headers: Headers
        json: E['success'][Status] extends { json: infer Json extends z.ZodType } ? z.output<Json> : undefined
      }
    }[keyof E['success'] & number]
  | { status: Refusal; headers: Headers; json: { detail: string | { loc: (string | number)[]; msg: string }[] } }

type Refusal = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 500 | 502 | 503 | 504

/** `client('GET /api/projects/{name}', { params: { name } })`, typed by the endpoint's declaration. */
export type ApiClient = <Key extends keyof Api>(
  key: Key,
  ...input: [NamesIn<Key>] extends [never] ? [Input<Key>?] : [Input<Key>]
) => Promise<Output<Api[Key]>>

interface AnyInput {
  params?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
  headers?: Record<string, string>
}

/**
 * Creates a typed client for the API. Without a key it uses the browser's session.
 *
 * @param url - the service's origin; empty for the origin of the current page
 */
export function apiClient(url: string, key?: string): ApiClient {
  const client = async (name: string, { params = {}, query = {}, body, headers = {} }: AnyInput = {}) => {
    const [method = '', path = ''] = name.split(' ')
    const response = await fetch(url + pathWith(path, params) + queryWith(query), {
      method,
      redirect: 'manual',
      headers: { ...(key ? { Authorization: `Bearer ${key}` } : {}), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json') && text ? JSON.parse(text) : undefined
    return { status: response.status, headers: response.headers, json }
  }
  return client as ApiClient
}

const pathWith = (path: string, params: Record<string, string>): string =>
  path.replaceAll(/\{(\w+)\+?\}/g, (_, name: string) => segmentOf(name, params[name] ?? ''))

/** Some proxies decode or reject `%2F`, so a slash in a branch is sent as `~2F`. */
const segmentOf = (name: string, value: string): string =>
  encodeURIComponent(name === 'branch' ? branchSegment(value) : value)

function queryWith(query: object): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return given.length > 0 ? `?${new URLSearchParams(Object.fromEntries(given))}` : ''
}
