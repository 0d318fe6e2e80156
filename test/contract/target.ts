import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { type GenerationWaits, generationWaits } from '../support/api.ts'
import { startEdge } from '../support/edge.ts'
import { type SampleService, startSampleService } from '../support/sample-service.ts'
import { waitFor } from '../support/wait.ts'
import { checkerOf } from './document.ts'
import { type Reply, type Request, send } from './send.ts'

/** The service that the suite runs against: that of CONTRACT_URL, or else one of its own on this machine. */
export const remote = process.env.CONTRACT_URL !== undefined

/** Its own service stands behind the edge: what CloudFront does to each request is done to it on the way. */
export const behindEdge = process.env.CONTRACT_EDGE === 'on'

/** Something in front of the service tells it which host was asked, whatever the client says of that. */
export const proxied = remote || behindEdge

/** Where clients reach the service that answers there. */
export async function entranceTo(url: string): Promise<string> {
  return behindEdge ? (await startEdge(url)).url : url
}

/** One caller. Every reply is held against the service's own OpenAPI document. */
export interface Client extends GenerationWaits {
  get(target: string, request?: Request): Promise<Reply>
  head(target: string, request?: Request): Promise<Reply>
  post(target: string, body?: Request['body'], request?: Request): Promise<Reply>
  delete(target: string): Promise<Reply>
  send(method: string, target: string, request?: Request): Promise<Reply>
}

export interface Target extends AsyncDisposable {
  url: string
  adminKey: string
  admin: Client
  nobody: Client
  as(key: string): Client
  /** A new user, under a name that no other run has. */
  user(role?: 'admin' | 'user' | 'viewer'): Promise<Client & { username: string }>
  /** What a request says to have a real, small repository documented, and what the project is called then. */
  source: { repo_url: string } | { repo_path: string }
  project: string
  /** Only of a service of its own. */
  sample: SampleService | undefined
}

/** @param env, pages - of a service of its own */
export async function openTarget(env: Record<string, string> = {}, pages = ['one', 'two']): Promise<Target> {
  const proxies = { TRUSTED_PROXIES: behindEdge ? '1' : '0' }
  const sample = remote ? undefined : await startSampleService({ slugs: pages }, { ...proxies, ...env })
  const url = sample ? await entranceTo(sample.service.url) : (process.env.CONTRACT_URL ?? '').replace(/\/$/, '')
  const adminKey = process.env.CONTRACT_ADMIN_KEY ?? sample?.service.adminKey ?? ''
  const { as, admin, user, usernames } = await clientsOf(url, adminKey)
  const repo_url = process.env.CONTRACT_REPO_URL ?? 'https://github.com/octocat/Hello-World'
  return {
    url,
    adminKey,
    admin,
    nobody: as(''),
    as,
    user,
    source: sample ? { repo_path: sample.repository } : { repo_url },
    project: sample ? 'adder' : (/([^/]+?)(\.git)?$/.exec(repo_url)?.[1] ?? ''),
    sample,
    [Symbol.asyncDispose]: async () => {
      // What a service of its own leaves behind goes with it.
      if (remote) for (const username of usernames) await admin.delete(`/api/admin/users/${username}`)
      await sample?.[Symbol.asyncDispose]()
    },
  }
}

/** Callers of a service, known by their keys. */
export async function clientsOf(url: string, adminKey: string) {
  const document = await send(url, 'GET', '/api/openapi.json', { headers: { Authorization: `Bearer ${adminKey}` } })
  const check = checkerOf(document.json)
  const as = (key: string) => clientOf(url, key, check)
  const admin = as(adminKey)
  const usernames: string[] = []
  return {
    as,
    admin,
    usernames,
    async user(role: 'admin' | 'user' | 'viewer' = 'user') {
      const username = `t-${randomBytes(6).toString('hex')}`
      const { status, json } = await admin.post('/api/admin/users', { username, role })
      expect(status).toBe(200)
      usernames.push(username)
      return { ...as(json.api_key), username }
    },
  }
}

function clientOf(url: string, key: string, check: ReturnType<typeof checkerOf>): Client {
  const ask = async (method: string, target: string, { headers = {}, body }: Request = {}) => {
    const credentials = key ? { Authorization: `Bearer ${key}` } : {}
    const reply = await send(url, method, target, {
      headers: { ...credentials, ...headers },
      ...(body === undefined ? {} : { body }),
    })
    const difference = check(method, target, reply)
    expect(difference, `${method} ${target}`).toBeUndefined()
    return reply
  }
  return {
    send: ask,
    get: (target, request) => ask('GET', target, request),
    head: (target, request) => ask('HEAD', target, request),
    post: (target, body, request = {}) => ask('POST', target, { ...request, ...(body === undefined ? {} : { body }) }),
    delete: (target) => ask('DELETE', target),
    ...generationWaits((target) => ask('GET', target)),
  }
}

/** The log of a variant once it has its last line: a runner stores it right after the variant is ready. */
export async function wholeLog(client: Client, target: string): Promise<Reply> {
  const isWhole = ({ status, text }: Reply) => status !== 200 || text.includes(' published ')
  return await waitFor(`the last line of ${target}`, () => client.get(target), isWhole)
}

/** A path with each segment encoded by itself. */
export const pathOf = (...segments: string[]): string => segments.map(encodeURIComponent).join('/')
