import { listAccess } from '../../functions/accounts/grants.ts'
import { abortProject } from '../../functions/generations/abort.ts'
import { activeGenerations } from '../../functions/generations/active-generations.ts'
import { deleteProject, deleteVariant } from '../../functions/variants/delete.ts'
import { findProject, findVariant, latestSite } from '../../functions/variants/find.ts'
import { listVariants, spentBy } from '../../functions/variants/list.ts'
import { viewVariant, viewVariants } from '../../functions/variants/view.ts'
import { readByGeneration, rememberGeneration } from '../../shared/aws/generation-ids.ts'
import { putGrant } from '../../shared/aws/grant-store.ts'
import { enqueue } from '../../shared/aws/queue.ts'
import { transition } from '../../shared/aws/variant-store.ts'
import type { Lease } from '../../shared/generation.ts'
import { now } from '../../shared/time.ts'
import type { Caller } from '../../shared/user.ts'
import { beginVariant, makeFailed, makeVariant, variantOf } from '../contract/variant-makers.ts'
import { launched } from '../support/launched.ts'
import { quietLog } from '../support/quiet-log.ts'
import { type Cost, type MeteredStores, openMeteredStores } from './metered-stores.ts'

const admin: Caller = { username: 'admin', role: 'admin' }
const ann: Caller = { username: 'ann', role: 'user' }
const bob: Caller = { username: 'bob', role: 'viewer' }

/** A request and how it is made. */
type Requests = Record<string, () => Promise<unknown>>

/**
 * What requests cost in a table that contains many variants, half of them ann's. The project `small` has two variants of ann's; bob
 * may read it, and has one of the same name. Few of the variants are ready, so that every list shows the same models and branches.
 *
 * @param pass - lets this many minutes pass, so that nothing has changed recently
 */
export async function costsAt(variants: number, pass: (minutes: number) => void): Promise<Map<string, Cost>> {
  const stores = openMeteredStores()
  const { waiting, running } = await fill(stores, variants, pass)
  pass(30)
  const costs = new Map<string, Cost>()
  const requests = { ...(await lists(stores)), ...lookUps(stores, waiting), ...changes(stores, running) }
  for (const [name, make] of Object.entries(requests)) costs.set(name, await stores.costOf(make))
  return costs
}

/** @returns a generation that waits, and one that runs */
async function fill({ table }: MeteredStores, variants: number, pass: (minutes: number) => void) {
  const old = Array.from({ length: variants }, (_, index) =>
    variantOf(index % 2 === 0 ? 'ann' : `owner${index % 40}`, `m${index}`, `project${index % 10}`),
  )
  await makeFailed(table, old)
  pass(1)
  for (const model of ['one', 'two']) await makeVariant(table, variantOf('ann', model, 'small'))
  await makeVariant(table, variantOf('bob', 'own', 'small'))
  await putGrant(table, 'bob', { owner: 'ann', name: 'small' })
  const running = await beginVariant(table, variantOf('ann', 'running', 'running'))
  await transition(table, 'launch', running, launched())
  await transition(table, 'claim', running, { claimedBy: running.me, taskArn: running.me })
  pass(1)
  const waiting = await beginVariant(table, variantOf('ann', 'waiting', 'waiting'))
  await enqueue(table, { owner: 'ann', ...waiting, queuedAt: now(), atFront: false })
  await rememberGeneration(table, waiting.key, { ...waiting, queuedAt: now() })
  return { waiting, running }
}

async function lists(stores: MeteredStores): Promise<Requests> {
  const requests: Requests = {}
  for (const [who, caller] of Object.entries({ admin, ann, bob })) {
    for (const limit of [50, undefined]) {
      const path = `GET /api/status${limit ? `?limit=${limit}` : ''}`
      const { etag } = await listVariants(stores, caller, { limit })
      if (limit || caller === bob) requests[`${path}, ${who}`] = () => listVariants(stores, caller, { limit })
      requests[`${path}, ${who}, unchanged`] = async () => {
        const { page } = await listVariants(stores, caller, { limit, ifNoneMatch: etag })
        if (page) throw new Error('The list has not changed')
      }
    }
  }
  return requests
}

function lookUps(stores: MeteredStores, { generationId }: Lease): Requests {
  const { table } = stores
  const variant = { name: 'small', provider: 'claude', model: 'one' } as const
  const detail = async (caller: Caller) => {
    const record = await findVariant(stores, variant, caller, { for: 'read' })
    if (record) await viewVariant(stores, record)
  }
  const project = async (caller: Caller) => {
    const records = await findProject(stores, 'small', caller, { for: 'read' })
    await viewVariants(stores, records, { plans: 'all' })
  }
  const site = async (caller: Caller) => latestSite(await findProject(stores, 'small', caller, { for: 'read' }))
  return {
    'GET /api/projects/small, admin': () => project(admin),
    'GET /api/projects/small, ann': () => project(ann),
    'GET /api/projects/small, bob': () => project(bob),
    'GET /api/projects/small/claude/one, admin': () => detail(admin),
    'GET /api/projects/small/claude/one, ann': () => detail(ann),
    'GET /api/projects/small/claude/one, bob': () => detail(bob),
    'GET /api/projects/by-id/…': async () => {
      const record = await readByGeneration(table, generationId)
      if (record) await viewVariant(stores, record)
    },
    'GET /docs/small/, admin': () => site(admin),
    'GET /docs/small/, bob': () => site(bob),
    'GET /api/cost, admin': () => spentBy(stores, admin),
    'GET /api/cost, ann': () => spentBy(stores, ann),
    'GET /api/admin/projects/small/access': () => listAccess(stores, { name: 'small', owner: 'ann' }),
    "ann's active generations": () => activeGenerations(stores, 'ann'),
  }
}

function changes(stores: MeteredStores, running: Lease & { me: string }): Requests {
  const call = { params: { name: 'waiting' }, query: {}, caller: ann, log: quietLog }
  const event = { requestContext: { requestTimeEpoch: Date.now() } }
  const abort = { ...call, event, signal: new AbortController().signal } as unknown as Parameters<
    typeof abortProject
  >[1]
  const heartbeat = { heartbeats: 1, progressSteps: 1, ranSeconds: 15 }
  const page = { ...heartbeat, heartbeats: 2, donePages: 1, costUsd: 0.1 }
  return {
    "a runner's heartbeat": () => transition(stores.table, 'progress', running, heartbeat),
    "a runner's page": () => transition(stores.table, 'progress', running, page),
    'POST /api/projects/waiting/abort': () => abortProject({ ...stores, cluster: {} as never }, abort),
    'DELETE /api/projects/small/claude/two': () =>
      deleteVariant(stores, { name: 'small', provider: 'claude', model: 'two' }, 'ann'),
    'DELETE /api/projects/small': () => deleteProject(stores, 'small', 'ann'),
  }
}
