import type { Table } from '../../shared/aws/clients.ts'
import { addWrongKey, type Bucket, readWrongKeys, type WrongKeys } from '../../shared/aws/failure-store.ts'
import type { UserItem } from '../../shared/aws/user-store.ts'
import { DomainError } from '../../shared/errors.ts'
import { credentials } from './credentials.ts'
import { hashKey } from './keys.ts'
import { networkOf } from './network-of.ts'

/** A key that may be right or wrong. */
export interface Guess {
  key: string
  /** The client's address. */
  address: string
  /** The account that the key was sent for, if the client named one. */
  account?: string
}

const WINDOW_SECONDS = 300
/** How many different wrong keys are checked per window. A single address may serve a whole company. */
const limits = { perAddress: 100, perAccount: 50 }
/** What is left to each address for an account that has reached its limit. */
const PER_ADDRESS_UNDER_ATTACK = 3
/** Number of items per kind, no matter how many addresses and accounts are tried. */
const BUCKETS = 65_536
/** How many keys and addresses a process remembers. */
const REMEMBERED = 10_000

/** Keys that were right, with the network they came from. They reveal nothing, so they are never refused there. */
const known = new Set<string>()

/**
 * Checks a key, unless its sender has used up the wrong keys that are checked in a time window. Then every key that a person may
 * have chosen is refused, right or wrong, so a refusal tells nothing about the key. Nobody can lock out anyone else:
 *
 * - A random key is always accepted. With 256 bits it can't be guessed.
 * - Only the wrong keys of an address itself, never those of others, make it be refused. Those sent for an account from everywhere
 *   only lower what each address may try.
 * - A client that repeats the same wrong key, such as one with an outdated key, counts once.
 *
 * @param check - finds what the key opens, with the user's item if it opens a user's account
 * @throws DomainError `too-many-failures`
 */
export async function checkGuess<Found extends { user: UserItem | undefined }>(
  table: Table,
  guess: Guess,
  check: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const found = await check()
  if (found?.user?.hasRandomKey) return found
  const tags = await tagsOf(guess)
  if (found && known.has(tags.pair)) return found
  await refuseIfUsedUp(table, tags)
  if (found) remember(tags.pair)
  else await count(table, tags)
  return found
}

/**
 * Counts a key whose acceptance would tell whether someone else has it.
 *
 * @throws DomainError `too-many-failures`
 */
export async function countGuess(table: Table, guess: Guess): Promise<void> {
  const tags = await tagsOf(guess)
  await refuseIfUsedUp(table, tags)
  await count(table, tags)
}

interface Tags {
  key: string
  /** One key tried on two accounts is two guesses. */
  keyForAccount: string
  /** The key and the network together. */
  pair: string
  address: Bucket
  account: Bucket | undefined
}

/** Keyed hashes, so that nobody can choose addresses that share a bucket. */
async function tagsOf({ key, address, account }: Guess): Promise<Tags> {
  const { keyPepper } = await credentials()
  const tag = (...parts: string[]) => hashKey(JSON.stringify(parts), keyPepper)
  const bucket = (kind: 'address' | 'account', text: string): Bucket => {
    const hash = tag(kind, text)
    return { name: `${kind}-${Number.parseInt(hash.slice(0, 8), 16) % BUCKETS}`, whose: hash.slice(8, 40) }
  }
  const network = networkOf(address)
  return {
    key: tag('key', key).slice(0, 16),
    keyForAccount: tag('key for account', key, account ?? '').slice(0, 16),
    pair: tag('pair', network, key),
    address: bucket('address', network),
    account: account === undefined ? undefined : bucket('account', account),
  }
}

async function refuseIfUsedUp(table: Table, { address, account }: Tags): Promise<void> {
  const none: WrongKeys = { count: 0, endsAt: 0 }
  const [own, all] = await Promise.all([readWrongKeys(table, address), account ? readWrongKeys(table, account) : none])
  const limit = all.count < limits.perAccount ? limits.perAddress : PER_ADDRESS_UNDER_ATTACK
  if (own.count < limit) return
  const retryAfterSeconds = Math.max(1, Math.ceil(own.endsAt - Date.now() / 1_000))
  throw new DomainError('too-many-failures', { retryAfterSeconds })
}

async function count(table: Table, { key, keyForAccount, address, account }: Tags): Promise<void> {
  const windowSeconds = WINDOW_SECONDS
  await Promise.all([
    addWrongKey(table, address, keyForAccount, { windowSeconds, most: limits.perAddress }),
    account && addWrongKey(table, account, key, { windowSeconds, most: limits.perAccount }),
  ])
}

function remember(pair: string): void {
  if (known.size >= REMEMBERED) known.clear()
  known.add(pair)
}
