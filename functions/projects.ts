import * as z from 'zod'
import { parseCursor } from '../api/cursor.ts'
import type { projects } from '../api/endpoints/projects.ts'
import { readByGeneration } from '../shared/aws/generation-ids.ts'
import { branchSegment } from '../shared/branch-segment.ts'
import { DomainError } from '../shared/errors.ts'
import type { GenerationRecord } from '../shared/generation.ts'
import { accessOf, canRead } from './accounts/access.ts'
import { download } from './http/download.ts'
import { etagOf, matchesEtag } from './http/etag.ts'
import { type Call, serve } from './http/serve.ts'
import { bucket } from './resources/bucket.ts'
import { table } from './resources/table.ts'
import type { Resources } from './resources.ts'
import { findProject, findVariant, latestSite } from './variants/find.ts'
import { listVariants, spentBy } from './variants/list.ts'
import { readLog } from './variants/read-log.ts'
import { viewVariant, viewVariants } from './variants/view.ts'

/** Every GET under /api/projects, plus /api/status and /api/cost. */
export const handler = serve('projects', () => ({ table: table(), bucket: bucket() }), {
  status,
  generationById,
  project,
  variant: async (call, resources) => {
    const json = await viewVariant(resources, await variantOf(call, resources))
    const reply = { headers: { ETag: etagOf(json), Vary: 'Authorization, Cookie' } }
    const isKnown = matchesEtag(call.headers['if-none-match'], reply.headers.ETag)
    return isKnown ? { ...reply, status: 304 } : { ...reply, status: 200, json }
  },
  variantLog: async (call, resources) => {
    const record = await variantOf(call, resources)
    const body = call.event.httpMethod === 'HEAD' ? '' : await readLog(resources, record)
    return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body }
  },
  variantDownload: async (call, resources) => {
    const { published } = await variantOf(call, resources)
    if (!published) throw new DomainError('variant-not-ready', {})
    const { name, branch, provider, model } = call.params
    return download(resources, call, published, [
      name,
      ...(branch === undefined ? [] : [branchSegment(branch)]),
      provider,
      model,
    ])
  },
  projectDownload: async (call, resources) => {
    const { name } = call.params
    const site = latestSite(await findProject(resources, name, call.caller, { for: 'read', owner: call.query.owner }))
    if (!site) throw new DomainError('no-ready-variant', { name })
    return download(resources, call, site, [name])
  },
  cost: async ({ caller }, resources) => {
    return { status: 200, json: { total_cost_usd: await spentBy(resources, caller) } }
  },
})

async function status(
  { caller, query, headers }: Call<typeof projects.status>,
  resources: Resources<'table' | 'bucket'>,
) {
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor)
  const options = { limit: query.limit, after, ifNoneMatch: headers['if-none-match'] }
  const { etag, page } = await listVariants(resources, caller, options)
  const reply = { headers: { ETag: etag, Vary: 'Authorization, Cookie' } }
  return page ? { ...reply, status: 200, json: page } : { ...reply, status: 304 }
}

async function generationById(
  { params, caller }: Call<typeof projects.generationById>,
  resources: Resources<'table' | 'bucket'>,
) {
  const id = z.guid().safeParse(params.generation_id)
  if (!id.success) throw new DomainError('invalid-generation-id', {})
  const record = await readByGeneration(resources.table, id.data.toLowerCase())
  if (!record || !canRead(await accessOf(resources, caller), record)) {
    throw new DomainError('generation-not-found', {})
  }
  return { status: 200, json: await viewVariant(resources, record) }
}

async function project(
  { params, query, caller }: Call<typeof projects.project>,
  resources: Resources<'table' | 'bucket'>,
) {
  const { name } = params
  const records = await findProject(resources, name, caller, { for: 'read', owner: query.owner })
  if (records.length === 0) throw new DomainError('project-not-found', { name })
  return { status: 200, json: { name, variants: await viewVariants(resources, records, { plans: 'all' }) } }
}

async function variantOf(
  call: Call<typeof projects.variant>,
  resources: Resources<'table'>,
): Promise<GenerationRecord> {
  const record = await findVariant(resources, call.params, call.caller, { for: 'read', owner: call.query.owner })
  if (!record) throw new DomainError('not-found', {})
  return record
}
