import { randomUUID } from 'node:crypto'
import pLimit from 'p-limit'
import type { Table } from '../../shared/aws/clients.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { removeRecord, reserve, transition } from '../../shared/aws/variant-store.ts'
import type { GenerationRecord, Lease } from '../../shared/generation.ts'
import type { PublishedSite } from '../../shared/site.ts'
import { now } from '../../shared/time.ts'
import { type Variant, variantKey } from '../../shared/variant.ts'
import { launched } from '../support/launched.ts'

/** Writes variants directly to the stores, because thousands of real generations would take hours. */

export const variantOf = (owner: string, model: string, name = 'name'): Variant => ({
  owner,
  name,
  branch: 'main',
  provider: 'claude',
  model,
})

/** Starts a generation. */
export async function beginVariant(
  table: Table,
  variant: Variant,
  before?: GenerationRecord,
): Promise<Lease & { me: string }> {
  const generationId = randomUUID()
  const lease = { key: variantKey(variant), generationId, attempt: 1, me: 'a-task' }
  const assignment = {
    generationId,
    repoUrl: `https://github.com/group/${variant.name}`,
    askedRef: null,
    repoType: null,
    timeoutMinutes: 60,
    force: false,
    pageScope: generationId,
    queuedAt: now(),
  }
  const { applied } = await reserve(table, variant, assignment, before)
  if (!applied) throw new Error('The variant is generating already')
  return lease
}

/** Writes a complete generation, up to `ready`. */
export async function makeVariant(
  table: Table,
  variant: Variant,
  site: Partial<PublishedSite> = {},
  publishedUrl = `https://github.com/group/${variant.name}`,
): Promise<void> {
  const lease = await beginVariant(table, variant, await readRecord(table, variantKey(variant)))
  const { generationId, key } = lease
  await transition(table, 'launch', lease, launched())
  await transition(table, 'claim', lease, { claimedBy: lease.me, taskArn: lease.me })
  await transition(table, 'progress', lease, { heartbeats: 1, progressSteps: 1, ranSeconds: 1, costUsd: 0.25 })
  const prefix = `${key}/${generationId}/1/site/`
  const described = { commit: 'c'.repeat(40), ref: 'main', pageCount: 1, complete: true, publishedAt: now() }
  await transition(table, 'publish', lease, {
    published: { prefix, generationId, pageScope: generationId, ...described, ...site },
    publishedUrl,
    donePages: described.pageCount,
    unverifiedCitations: 0,
  })
}

/** Writes failed generations, which take the fewest writes. */
export async function makeFailed(table: Table, variants: readonly Variant[], errorMessage = 'no luck'): Promise<void> {
  const limit = pLimit(8)
  const make = async (variant: Variant) => {
    await transition(table, 'fail', await beginVariant(table, variant), { errorMessage })
  }
  await Promise.all(variants.map((variant) => limit(make, variant)))
}

export async function removeVariant(table: Table, variant: Variant): Promise<void> {
  const record = await readRecord(table, variantKey(variant))
  if (record) await removeRecord(table, record as GenerationRecord)
}
