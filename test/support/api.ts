import { setTimeout as sleep } from 'node:timers/promises'

export interface Reply {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: what a test asserts of a body is the test's business
  json: any
}

export interface Api {
  get(path: string, headers?: Record<string, string>): Promise<Reply>
  post(path: string, body?: unknown): Promise<Reply>
  delete(path: string): Promise<Reply>
  /** The variant of this generation, once it is no longer generating. */
  settled(generationId: string): Promise<Reply['json']>
  /** The variant of this generation, once the condition holds. */
  until(generationId: string, condition: (variant: Reply['json']) => boolean): Promise<Reply['json']>
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
  const until: Api['until'] = async (generationId, condition) => {
    for (;;) {
      const { json, status } = await ask('GET', `/api/projects/by-id/${generationId}`)
      if (status !== 200) throw new Error(`${status}: ${JSON.stringify(json)}`)
      if (condition(json)) return json
      await sleep(150)
    }
  }
  return {
    get: (path, headers) => ask('GET', path, undefined, headers),
    post: (path, body) => ask('POST', path, body),
    delete: (path) => ask('DELETE', path),
    until,
    settled: (generationId) => until(generationId, ({ status }) => status !== 'generating'),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
