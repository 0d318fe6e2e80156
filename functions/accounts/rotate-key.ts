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

/** A key as the request has it; without one a random key is made. */
interface RotationRequest {
  key: string | null | undefined
  /** Where the request came from: a key that is taken counts as one that was tried. */
  address: string
}

/**
 * Replaces the key that the caller has just shown, or whose session it is. Of several requests with the same key one gets
 * through: for the others it no longer counts.
 *
 * @throws DomainError `admin-key-not-rotatable`, `unauthorized`, `too-many-failures`; of the key, those of {@link checkedKey} and `key-taken`
 */
export async function rotateOwnKey(
  { table }: Resources<'table'>,
  user: UserItem | undefined,
  request: RotationRequest,
): Promise<Rotated> {
  if (!user) throw new DomainError('admin-key-not-rotatable', {})
  const key = request.key == null ? newKey() : checkedKey(request.key)
  if ((await rotate({ table }, user, key, request)) === 'overtaken') throw new DomainError('unauthorized', {})
  return shown(user, key)
}

/** Replaces a user's key, whatever it is by then. @throws DomainError `user-not-found`, else as {@link rotateOwnKey} */
export async function rotateKeyOf(
  { table }: Resources<'table'>,
  username: string,
  request: RotationRequest,
): Promise<Rotated> {
  const key = request.key == null ? newKey() : checkedKey(request.key)
  // Each round that fails is one in which another rotation got through.
  for (;;) {
    const user = username === ADMIN ? undefined : await findUser(table, username)
    if (!user || user.deletion) throw new DomainError('user-not-found', { username })
    if ((await rotate({ table }, user, key, request)) === 'rotated') return shown(user, key)
  }
}

async function rotate({ table }: Resources<'table'>, user: UserItem, key: string, { address }: RotationRequest) {
  const { adminKey, keyPepper } = await credentials()
  const outcome = isSame(key, adminKey) ? 'taken' : await rotateKey(table, user, hashKey(key, keyPepper))
  if (outcome !== 'taken') return outcome
  await recordFailedLogin(table, { address })
  throw new DomainError('key-taken', {})
}

const shown = ({ username }: UserItem, key: string): Rotated => ({
  status: 200,
  headers: { 'Cache-Control': 'no-store' },
  json: { username, new_api_key: key },
})
