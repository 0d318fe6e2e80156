import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { type GenerationWaits, generationWaits } from '../support/api.ts'
import { startEdge } from '../support/edge.ts'
import { type SampleService, startSampleService } from '../support/sample-service.ts'
import { waitFor } from '../support/wait.ts'
import { checkerOf } from './document.ts'
import { type Reply, type Request, send } from './send.ts'

/** Whether the suite runs against the deployment at CONTRACT_URL instead of its own service on this machine. */
export const remote = process.env.CONTRACT_URL !== undefined

/** Whether requests to the suite's own service pass through an edge that changes them as CloudFront does. */
export const behindEdge = process.env.CONTRACT_EDGE === 'on'

/** Whether a proxy sets the requested host and ignores what the client claims. */
export const proxied = remote || behindEdge

/** The URL at which clients reach the service at this URL. */
export async function entranceTo(url: string): Promise<string> {
  return behindEdge ? (await startEdge(url)).url : url
}

/** One caller. Every reply is checked against the service's own OpenAPI document. */
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
  anonymous: Client
  as(key: string): Client
  /** Creates a user with a name that no other test run uses. */
  user(role?: 'admin' | 'user' | 'viewer'): Promise<Client & { username: string }>
  /** The source of a real, small repository for a request, and the name of its project. */
  source: { repo_url: string } | { repo_path: string }
  project: string
  /** The suite's own service; undefined against a deployment. */
  sample: SampleService | undefined
}

/** @param env, pages - for the suite's own service; ignored against a deployment */
export async function openTarget(env: Record<string, string> = {}, pages = ['one', 'two']): Promise<Target> {
  const proxies = { TRUSTED_PROXIES: behindEdge ? '1' : '0' }
  const sample = remote
    ? undefined
    : await startSampleService({ slugs: pages, models: { hang: { plan: 'hang' } } }, { ...proxies, ...env })
  const url = sample ? await entranceTo(sample.service.url) : (process.env.CONTRACT_URL ?? '').replace(/\/$/, '')
  const adminKey = process.env.CONTRACT_ADMIN_KEY ?? sample?.service.adminKey ?? ''
  const { as, admin, user, usernames } = await clientsOf(url, adminKey)
  const repo_url = process.env.CONTRACT_REPO_URL ?? 'https://github.com/octocat/Hello-World'
  return {
    url,
    adminKey,
    admin,
    anonymous: as(''),
    as,
    user,
    source: sample ? { repo_path: sample.repository } : { repo_url },
    project: sample ? 'adder' : (/([^/]+?)(\.git)?$/.exec(repo_url)?.[1] ?? ''),
    sample,
    [Symbol.asyncDispose]: async () => {
      // The suite's own service needs no cleanup: its data is deleted with it.
      if (remote) for (const username of usernames) await admin.delete(`/api/admin/users/${username}`)
      await sample?.[Symbol.asyncDispose]()
    },
  }
}

/** Occupies a slot of the suite's own service until it is aborted; nothing against a deployment. Gives the aborting function. */
export async function occupySlot({ admin, source, project, sample }: Target): Promise<() => Promise<unknown>> {
  if (!sample) return async () => undefined
  const { json } = await admin.post('/api/generate', { ...source, ai_model: 'hang' })
  await admin.until(json.generation_id, { current_stage: 'planning' })
  return async () => await admin.post(`/api/projects/${project}/claude/hang/abort`)
}

/** Clients for a service, by key. */
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

/** Waits for the last line of a variant's log, which the runner stores right after the variant is ready. */
export async function wholeLog(client: Client, target: string): Promise<Reply> {
  const isWhole = ({ status, text }: Reply) => status !== 200 || text.includes(' published ')
  return await waitFor(`the last line of ${target}`, () => client.get(target), isWhole)
}

/** A path with each segment encoded separately. */
export const pathOf = (...segments: string[]): string => segments.map(encodeURIComponent).join('/')
