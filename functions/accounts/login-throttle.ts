import { createHash } from 'node:crypto'
import type { Table } from '../../shared/aws/clients.ts'
import { countFailure } from '../../shared/aws/failure-store.ts'
import { DomainError } from '../../shared/errors.ts'
import { networkOf } from './network-of.ts'

/** The source of wrong credentials, and the account they were for, if known. */
export interface FailedLogin {
  address: string
  account?: string
}

const WINDOW_SECONDS = 60
/** Failures per window before throttling starts. A single address may serve a whole company. */
const limits = { address: 300, account: 100 }
/** Maximum number of items per kind, no matter how many addresses and names are tried. */
const BUCKETS = 1_024

/** Buckets known to be full and the time they reset, in Unix seconds. They cost no writes until then. */
const fullUntil = new Map<string, number>()

/**
 * Counts a failed login for the address and the account. Correct credentials are never throttled, so nobody can lock out anyone
 * else, and sharing a bucket does no harm. (Our keys have 256 bits; guessing one takes more attempts than the gateway lets
 * through.) Costs one write per bucket, and none once a bucket is full.
 *
 * @throws DomainError `too-many-failures` beyond the limit
 */
export async function recordFailedLogin(table: Table, { address, account }: FailedLogin): Promise<void> {
  const waits = [await countIn(table, bucketOf('address', networkOf(address)), limits.address)]
  if (account !== undefined) waits.push(await countIn(table, bucketOf('account', account), limits.account))
  const retryAfterSeconds = Math.max(...waits)
  if (retryAfterSeconds > 0) throw new DomainError('too-many-failures', { retryAfterSeconds })
}

/** Counts a failure in a bucket. @returns seconds to wait; 0 up to the limit */
async function countIn(table: Table, bucket: string, limit: number): Promise<number> {
  const now = Date.now() / 1_000
  const resetsAt = fullUntil.get(bucket) ?? 0
  if (resetsAt > now) return Math.ceil(resetsAt - now)
  fullUntil.delete(bucket)
  const { count, endsAt } = await countFailure(table, bucket, WINDOW_SECONDS)
  if (count <= limit) return 0
  fullUntil.set(bucket, endsAt)
  return Math.max(1, Math.ceil(endsAt - now))
}

function bucketOf(kind: keyof typeof limits, text: string): string {
  const number = createHash('sha256').update(text).digest().readUInt32BE() % BUCKETS
  return `${kind}-${number}`
}
