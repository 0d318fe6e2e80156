import * as z from 'zod'
import { parseCursor } from '../api/cursor.ts'
import { projects } from '../api/endpoints/projects.ts'
import { readByGeneration } from '../shared/aws/variant-store.ts'
import { DomainError } from '../shared/errors.ts'
import type { GenerationRecord } from '../shared/generation.ts'
import { maySee, sightOf } from './accounts/sight.ts'
import { type Doors, doors } from './doors.ts'
import { findProject, findVariant, latestSite } from './find-variant.ts'
import { download } from './http/download.ts'
import { answer, type Call, serve } from './http/serve.ts'
import { viewVariant, viewVariants } from './http/variant-view.ts'
import { listVariants, spentBy } from './list-variants.ts'
import { readLog } from './read-log.ts'

type Needed = Pick<Doors, 'table' | 'bucket'>

/** Everything that is read below /api/projects, and /api/status. */
export const handler = serve(
  answer(projects.status, async (call) => await status(open(), call)),
  answer(projects.cost, async ({ caller }) => {
    return { status: 200, json: { total_cost_usd: await spentBy(open(), caller) } }
  }),
  answer(projects.generationById, async (call) => await generationById(open(), call)),
  answer(projects.project, async (call) => await project(open(), call)),
  answer(projects.variant, async (call) => {
    return { status: 200, json: await viewVariant(open(), await variantOf(open(), call)) }
  }),
  answer(projects.variantLog, async (call) => {
    const body = await readLog(open(), await variantOf(open(), call))
    return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body }
  }),
  answer(projects.variantDownload, async (call) => {
    const { published } = await variantOf(open(), call)
    if (!published) throw new DomainError('bad-request', { message: 'Variant not ready' })
    const { name, branch, provider, model } = call.params
    return download(open(), call, published, [name, ...(branch === undefined ? [] : [branch]), provider, model])
  }),
  answer(projects.projectDownload, async (call) => {
    const { name } = call.params
    const site = latestSite(await findProject(open(), name, call.caller, { for: 'read', owner: call.query.owner }))
    if (!site) throw new DomainError('not-found', { message: `No ready variant for '${name}'` })
    return download(open(), call, site, [name])
  }),
)

const open = () => doors('table', 'bucket')

async function status(opened: Needed, { caller, query, headers }: Call<typeof projects.status>) {
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor)
  const wanted = { limit: query.limit, after, ifNoneMatch: headers['if-none-match'] }
  const { etag, page } = await listVariants(opened, caller, wanted)
  const reply = { headers: { ETag: etag, Vary: 'Authorization, Cookie' } }
  return page ? { ...reply, status: 200, json: page } : { ...reply, status: 304 }
}

async function generationById(opened: Needed, { params, caller }: Call<typeof projects.generationById>) {
  const id = z.guid().safeParse(params.generation_id)
  if (!id.success) throw new DomainError('bad-request', { message: 'Invalid generation ID format' })
  const record = await readByGeneration(opened.table, id.data.toLowerCase())
  if (!record || !maySee(await sightOf(opened, caller), record)) {
    throw new DomainError('not-found', { message: 'Generation ID not found' })
  }
  return { status: 200, json: await viewVariant(opened, record) }
}

async function project(opened: Needed, { params, query, caller }: Call<typeof projects.project>) {
  const { name } = params
  const records = await findProject(opened, name, caller, { for: 'read', owner: query.owner })
  if (records.length === 0) throw new DomainError('not-found', { message: `Project '${name}' not found` })
  return { status: 200, json: { name, variants: await viewVariants(opened, records, { plans: 'all' }) } }
}

async function variantOf(opened: Needed, call: Call<typeof projects.variant>): Promise<GenerationRecord> {
  const record = await findVariant(opened, call.params, call.caller, { for: 'read', owner: call.query.owner })
  if (!record) throw new DomainError('not-found', {})
  return record
}
