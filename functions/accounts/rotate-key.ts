import { findUser, rotateKey, type UserItem } from '../../shared/aws/user-store.ts'
import { isSame } from '../../shared/constant-time.ts'
import { DomainError } from '../../shared/errors.ts'
import { ADMIN } from '../../shared/user.ts'
import type { Reply } from '../http/reply.ts'
import type { Resources } from '../resources.ts'
import { credentials } from './credentials.ts'
import { checkedKey, hashKey, newKey } from './keys.ts'
import { countGuess } from './login-throttle.ts'

type Rotated = Reply<{ username: string; new_api_key: string }>

/** A request for a new key. If `key` is missing, a random key is generated. */
interface RotationRequest {
  key: string | null | undefined
  /** The client's address: a chosen key counts as a guess, since the reply tells whether someone else has it. */
  address: string
}

interface NewKey {
  key: string
  isRandom: boolean
}

/**
 * Replaces the key that the caller authenticated with. Of several concurrent requests with the same key only one succeeds; for
 * the others the key is no longer valid.
 *
 * @throws DomainError `admin-key-not-rotatable`, `unauthorized`, `too-many-failures`, `key-taken`, and those of {@link checkedKey}
 */
export async function rotateOwnKey(
  { table }: Resources<'table'>,
  user: UserItem | undefined,
  request: RotationRequest,
): Promise<Rotated> {
  if (!user) throw new DomainError('admin-key-not-rotatable', {})
  const key = await keyFor({ table }, request)
  if ((await rotate({ table }, user, key)) === 'overtaken') throw new DomainError('unauthorized', {})
  return newKeyReply(user, key)
}

/**
 * Replaces a user's current key, even if it changes meanwhile.
 *
 * @throws DomainError `user-not-found`, `too-many-failures`, `key-taken`, and those of {@link checkedKey}
 */
export async function rotateKeyOf(
  { table }: Resources<'table'>,
  username: string,
  request: RotationRequest,
): Promise<Rotated> {
  const key = await keyFor({ table }, request)
  // A round fails only if another rotation succeeded.
  for (;;) {
    const user = username === ADMIN ? undefined : await findUser(table, username)
    if (!user || user.deletion) throw new DomainError('user-not-found', { username })
    if ((await rotate({ table }, user, key)) === 'rotated') return newKeyReply(user, key)
  }
}

async function keyFor({ table }: Resources<'table'>, { key, address }: RotationRequest): Promise<NewKey> {
  if (key == null) return { key: newKey(), isRandom: true }
  const chosen = checkedKey(key)
  await countGuess(table, { key: chosen, address })
  return { key: chosen, isRandom: false }
}

async function rotate({ table }: Resources<'table'>, user: UserItem, { key, isRandom }: NewKey) {
  const { adminKey, keyPepper } = await credentials()
  if (isSame(key, adminKey)) throw new DomainError('key-taken', {})
  const outcome = await rotateKey(table, user, { keyHash: hashKey(key, keyPepper), hasRandomKey: isRandom })
  if (outcome === 'taken') throw new DomainError('key-taken', {})
  return outcome
}

const newKeyReply = ({ username }: UserItem, { key }: NewKey): Rotated => ({
  status: 200,
  headers: { 'Cache-Control': 'no-store' },
  json: { username, new_api_key: key },
})
