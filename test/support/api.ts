import { limits } from './limits.ts'
import { waitFor } from './wait.ts'

export interface Reply {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test asserts of a body is the test's business
  json: any
}

/** Fields of a variant as the API shows it. */
export type Wanted = Record<string, string | number | null | RegExp>

/** Waits for generations. */
export interface GenerationWaits {
  /** The variant of this generation, once it is no longer generating. */
  settled(generationId: string): Promise<Reply['json']>
  /** The variant of this generation, once it has all that is wanted. Rejects at once when the generation ends without it. */
  until(generationId: string, wanted: Wanted): Promise<Reply['json']>
}

export interface Api extends GenerationWaits {
  get(path: string, headers?: Record<string, string>): Promise<Reply>
  post(path: string, body?: unknown): Promise<Reply>
  delete(path: string): Promise<Reply>
}

/** The API over HTTP, with a key. */
export function apiOf({ url, adminKey }: { url: string; adminKey: string }): Api {
  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: { Authorization: `Bearer ${adminKey}`, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parse(text) }
  }
  const get: Api['get'] = (path, headers) => ask('GET', path, undefined, headers)
  return {
    get,
    post: (path, body) => ask('POST', path, body),
    delete: (path) => ask('DELETE', path),
    ...generationWaits(get),
  }
}

/** @param get - asks the API for a path */
export function generationWaits(get: (path: string) => Promise<Pick<Reply, 'status' | 'json'>>): GenerationWaits {
  const look = async (generationId: string) => {
    const { json, status } = await get(`/api/projects/by-id/${generationId}`)
    // The service is too busy to know. A client asks again, too.
    if (status === 503) return { unavailable: json }
    if (status !== 200) throw new Error(`Generation ${generationId}: ${status} ${JSON.stringify(json)}`)
    return json
  }
  const options = { limit: limits.generation, every: 100 }
  return {
    settled: async (generationId) =>
      await waitFor(`generation ${generationId} to end`, () => look(generationId), hasEnded, options),
    async until(generationId, wanted) {
      const what = Object.entries(wanted)
        .map(([name, value]) => `${name} = ${value}`)
        .join(' and ')
      const isIt = (variant: Reply['json']) => {
        if (has(variant, wanted)) return true
        if (hasEnded(variant))
          throw new Error(`Generation ${generationId} has ended without ${what}: ${endOf(variant)}`)
        return false
      }
      return await waitFor(`${what} of generation ${generationId}`, () => look(generationId), isIt, options)
    },
  }
}

const hasEnded = ({ status }: Reply['json']): boolean => status !== undefined && status !== 'generating'

const has = (variant: Reply['json'], wanted: Wanted): boolean =>
  Object.entries(wanted).every(([name, value]) =>
    value instanceof RegExp ? value.test(variant[name] ?? '') : variant[name] === value,
  )

const endOf = ({ status, error_message, current_stage, page_count, attempt }: Reply['json']): string =>
  JSON.stringify({ status, error_message, current_stage, page_count, attempt })

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
