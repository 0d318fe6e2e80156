import type { generations } from '../../api/endpoints/generations.ts'
import { within } from '../../shared/aws/deadline.ts'
import { ring } from '../../shared/aws/doorbell.ts'
import { enqueue, leaveTurn } from '../../shared/aws/queue.ts'
import { transition } from '../../shared/aws/variant-store.ts'
import { DomainError } from '../../shared/errors.ts'
import { type GenerationRecord, leaseOf } from '../../shared/generation.ts'
import { isActive } from '../../shared/lifecycle.ts'
import type { Log } from '../../shared/log.ts'
import { now } from '../../shared/time.ts'
import { entryOf } from '../../shared/turns.ts'
import type { Call } from '../http/serve.ts'
import type { Resources } from '../resources.ts'
import { findVariant, pathOf } from '../variants/find.ts'

/** Makes a variant's waiting generation the next to start. @throws DomainError `nothing-to-prioritize`, `several-owners` */
export async function prioritizeVariant(
  resources: Resources<'table' | 'queue'>,
  { params, query, caller, log }: Call<typeof generations.prioritize>,
) {
  const matches = (record: GenerationRecord) => isActive(record) && !record.launchedAt
  const record = await findVariant(resources, params, caller, { for: 'change', owner: query.owner, matches })
  if (!record) throw new DomainError('nothing-to-prioritize', {})
  await prioritize(resources, record, log)
  return { prioritized: pathOf(params) }
}

/** A queue that doesn't answer must not make the request fail: the sweeper rings too. */
const RING_TIMEOUT_MS = 2_000

/**
 * Puts an entry at the front of the queue, marks the record, and gives up its place in turn. If this process dies in between, the
 * generation has two entries, and starts next all the same. An entry that comes too late is dropped when its generation has ended.
 *
 * @throws DomainError `nothing-to-prioritize` if the generation has started or ended meanwhile
 */
export async function prioritize(
  { table, queue }: Resources<'table' | 'queue'>,
  found: GenerationRecord,
  log: Log,
): Promise<void> {
  const prioritizedAt = now()
  await enqueue(table, entryOf({ ...found, prioritizedAt }))
  const { applied } = await transition(table, 'prioritize', leaseOf(found), { prioritizedAt })
  if (!applied) throw new DomainError('nothing-to-prioritize', {})
  await leaveTurn(table, found)
  await within(RING_TIMEOUT_MS, async () => await ring(queue)).catch((error) =>
    log.warn('the doorbell did not ring; the sweeper will', { error }),
  )
}
