import { z } from 'zod'
import { getText, listObjects } from '../shared/aws/site-store.ts'
import { queryAllRecords, queryRecords, readByGeneration } from '../shared/aws/variant-store.ts'
import { DomainError } from '../shared/errors.ts'
import type { GenerationRecord } from '../shared/generation.ts'
import { LogLine } from '../shared/log.ts'
import { generationPrefix } from '../shared/object-keys.ts'
import { type Caller, isAdmin } from '../shared/user.ts'
import { type Doors, doors } from './doors.ts'
import { findVariant, maySee } from './find-variant.ts'
import { parseVariantAddress, type VariantAddress } from './http/address.ts'
import { type Call, endpoint, type Reply } from './http/endpoint.ts'
import { packSite } from './http/pack-site.ts'
import { viewVariants } from './http/variant-view.ts'

type Needed = Pick<Doors, 'table' | 'bucket'>

/** GET of everything below /api/projects, and /api/status. */
export const handler = endpoint(
  async (call, caller) => {
    const opened = doors('table', 'bucket')
    const [, area, ...target] = call.segments
    if (area === 'status' || target.length === 0) return await status(opened, caller)
    if (target[0] === 'by-id' && target.length === 2) return await byId(opened, target[1], caller)
    if (target.length === 1) return await project(opened, target[0] ?? '', caller)
    const address = parseVariantAddress(target)
    if (!address) throw new DomainError('not-found', {})
    const record = await findVariant(opened, address, caller, call.query.owner)
    if (!record) throw new DomainError('not-found', {})
    return await variantReply(opened, call, record, address)
  },
  { stream: true },
)

async function variantReply(
  opened: Needed,
  call: Call,
  record: GenerationRecord,
  address: VariantAddress,
): Promise<Reply> {
  const [action, ...more] = address.rest
  if (more.length > 0) throw new DomainError('not-found', {})
  if (action === undefined) return { status: 200, json: (await viewVariants(opened, [record], { plans: 'all' }))[0] }
  if (action === 'log') return await log(opened, record)
  if (action === 'download') return download(opened, call, record, address)
  throw new DomainError('not-found', {})
}

async function status(opened: Needed, caller: Caller): Promise<Reply> {
  const { table } = opened
  const own = await queryRecords(table, 'byOwner', caller.username)
  const seen = isAdmin(caller) ? await queryAllRecords(table) : own
  const counted = isAdmin(caller) ? seen : own
  const ready = counted.filter(({ published }) => published)
  return {
    status: 200,
    json: {
      projects: await viewVariants(opened, seen, { plans: 'generating' }),
      known_models: distinct(ready, 'provider', 'model'),
      known_branches: distinct(ready, 'name', 'branch'),
      total_cost_usd: counted.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0),
    },
  }
}

/** The distinct values of one field, listed under the values of another. */
function distinct<Under extends 'provider' | 'name', Field extends 'model' | 'branch'>(
  records: GenerationRecord[],
  under: Under,
  field: Field,
): Record<string, string[]> {
  const groups = Map.groupBy(records, (record) => record[under])
  return Object.fromEntries(
    [...groups].map(([group, members]) => [group, [...new Set(members.map((member) => member[field]))].toSorted()]),
  )
}

async function byId(opened: Needed, text: string | undefined, caller: Caller): Promise<Reply> {
  const id = z.uuid().safeParse(text)
  if (!id.success) throw new DomainError('bad-request', { message: 'Invalid generation ID format' })
  const record = await readByGeneration(opened.table, id.data.toLowerCase())
  if (!record || !maySee(caller, record)) throw new DomainError('not-found', { message: 'Generation ID not found' })
  return { status: 200, json: (await viewVariants(opened, [record], { plans: 'all' }))[0] }
}

async function project(opened: Needed, name: string, caller: Caller): Promise<Reply> {
  const records = (await queryRecords(opened.table, 'byName', name)).filter((record) => maySee(caller, record))
  if (records.length === 0) throw new DomainError('not-found', { message: `Project '${name}' not found` })
  return { status: 200, json: { name, variants: await viewVariants(opened, records, { plans: 'all' }) } }
}

/** What the last generation did, attempt by attempt. */
async function log({ bucket }: Needed, { key, generationId }: GenerationRecord): Promise<Reply> {
  const lines: string[] = []
  for await (const object of listObjects(bucket, generationPrefix(key, generationId))) {
    if (object.key.endsWith('/log.jsonl')) lines.push(...((await getText(bucket, object.key)) ?? '').split('\n'))
  }
  const readable = lines.filter(Boolean).map((line) => {
    const { time, level, message } = LogLine.parse(JSON.parse(line))
    return `${time} ${level.padEnd(5)} ${message}\n`
  })
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: readable.join('') }
}

function download({ bucket }: Needed, call: Call, record: GenerationRecord, address: VariantAddress): Reply {
  if (!record.published) throw new DomainError('bad-request', { message: 'Variant not ready' })
  const { name, branch, provider, model } = record
  const folder = fileName((address.branchNamed ? [name, branch, provider, model] : [name, provider, model]).join('-'))
  const headers = {
    'Content-Type': 'application/gzip',
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(`${folder}-docs.tar.gz`)}`,
  }
  if (call.event.httpMethod === 'HEAD') return { status: 200, headers }
  return { status: 200, headers, body: packSite(bucket, record.published.prefix, folder) }
}

/** Changed only where no file system takes it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to go
const fileName = (text: string): string => text.replaceAll(/[/\\:*?"<>|\u0000-\u001f]/g, '-').slice(0, 200)
