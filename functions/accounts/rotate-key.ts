import { findUser, rotateKey, type UserItem } from '../../shared/aws/user-store.ts'
import { isSame } from '../../shared/constant-time.ts'
import { DomainError } from '../../shared/errors.ts'
import { ADMIN } from '../../shared/user.ts'
import type { Reply } from '../http/reply.ts'
import type { Resources } from '../resources.ts'
import { credentials } from './credentials.ts'
import { checkedKey, hashKey, newKey } from './keys.ts'
import { recordFailedLogin } from './login-throttle.ts'

type Rotated = Reply<{ username: string; new_api_key: string }>

/** A request for a new key. If `key` is missing, a random key is generated. */
interface RotationRequest {
  key: string | null | undefined
  /** The client's address: choosing a key that is already taken counts as a failed login, since it could be a guess. */
  address: string
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
  const key = request.key == null ? newKey() : checkedKey(request.key)
  if ((await rotate({ table }, user, key, request)) === 'overtaken') throw new DomainError('unauthorized', {})
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
  const key = request.key == null ? newKey() : checkedKey(request.key)
  // A round fails only if another rotation succeeded.
  for (;;) {
    const user = username === ADMIN ? undefined : await findUser(table, username)
    if (!user || user.deletion) throw new DomainError('user-not-found', { username })
    if ((await rotate({ table }, user, key, request)) === 'rotated') return newKeyReply(user, key)
  }
}

async function rotate({ table }: Resources<'table'>, user: UserItem, key: string, { address }: RotationRequest) {
  const { adminKey, keyPepper } = await credentials()
  const outcome = isSame(key, adminKey) ? 'taken' : await rotateKey(table, user, hashKey(key, keyPepper))
  if (outcome !== 'taken') return outcome
  await recordFailedLogin(table, { address })
  throw new DomainError('key-taken', {})
}

const newKeyReply = ({ username }: UserItem, key: string): Rotated => ({
  status: 200,
  headers: { 'Cache-Control': 'no-store' },
  json: { username, new_api_key: key },
})
