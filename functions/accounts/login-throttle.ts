import { createHash } from 'node:crypto'
import type { Table } from '../../shared/aws/clients.ts'
import { countFailure } from '../../shared/aws/failure-store.ts'
import { DomainError } from '../../shared/errors.ts'
import { networkOf } from './network-of.ts'

/** Where wrong credentials came from, and whose they would have been, if they said so. */
export interface Failure {
  address: string
  account?: string
}

const WINDOW_SECONDS = 60
/** Failures in a window that are answered like any other. An address may be that of a whole company. */
const limits = { address: 300, account: 100 }
/** So many items there are at most, whoever tries whatever. */
const BUCKETS = 1_024

/** Buckets that are known to be full, and until when: nothing is written for them until then. At most all of them. */
const full = new Map<string, number>()

/**
 * Counts a failure for the address and the account. What is right is never refused: so nobody locks anybody out, and two that
 * share a bucket do each other no harm. (A key of ours has 256 bits; what can be guessed takes more tries than the gateway
 * lets through.) Costs one write for each of the two, and none once they are full.
 *
 * @throws DomainError `too-many-failures` beyond the limit
 */
export async function recordFailedLogin(table: Table, { address, account }: Failure): Promise<void> {
  const waits = [await noteIn(table, bucketOf('address', networkOf(address)), limits.address)]
  if (account !== undefined) waits.push(await noteIn(table, bucketOf('account', account), limits.account))
  const retryAfterSeconds = Math.max(...waits)
  if (retryAfterSeconds > 0) throw new DomainError('too-many-failures', { retryAfterSeconds })
}

/** Seconds to wait; 0 below the limit. */
async function noteIn(table: Table, bucket: string, limit: number): Promise<number> {
  const now = Date.now() / 1_000
  const known = full.get(bucket) ?? 0
  if (known > now) return Math.ceil(known - now)
  full.delete(bucket)
  const { count, endsAt } = await countFailure(table, bucket, WINDOW_SECONDS)
  if (count <= limit) return 0
  full.set(bucket, endsAt)
  return Math.max(1, Math.ceil(endsAt - now))
}

function bucketOf(kind: keyof typeof limits, text: string): string {
  const number = createHash('sha256').update(text).digest().readUInt32BE() % BUCKETS
  return `${kind}-${number}`
}
