import type { SessionItem } from '../../shared/aws/session-store.ts'
import { findUser, findUserByKey, type UserItem } from '../../shared/aws/user-store.ts'
import { isSame } from '../../shared/constant-time.ts'
import { DomainError } from '../../shared/errors.ts'
import { ADMIN, type Caller } from '../../shared/user.ts'
import { table } from '../resources/table.ts'
import { credentials } from './credentials.ts'
import { hashKey } from './keys.ts'
import { recordFailedLogin } from './login-throttle.ts'
import { sessionOf } from './sessions.ts'

/** Who asks, and how that was told. */
export interface Identity {
  caller: Caller
  by: 'key' | 'session'
  /** As it was read just now; the holder of the admin key has none. */
  user: UserItem | undefined
}

/**
 * Who sent these headers. A key or a session leads to the user's item, and the one consistent read is that of this item: it
 * alone says which key counts, so whatever began after the answer to a rotation or a deletion knows of it. What leads there
 * does not change, and may be read with a lag. The admin key costs no read, its session one.
 *
 * @param address - where they came from
 * @throws DomainError `unauthorized`, `too-many-failures`
 */
export async function authenticate(headers: Record<string, string | undefined>, address: string): Promise<Identity> {
  const key = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
  const identity = key === undefined ? await bySession(headers) : await byKey(key)
  if (identity) return identity
  if (key !== undefined) await recordFailedLogin(table(), { address })
  throw new DomainError('unauthorized', {})
}

async function byKey(key: string): Promise<Identity | undefined> {
  const { adminKey, keyPepper } = await credentials()
  if (isSame(key, adminKey)) return { caller: { username: ADMIN, role: 'admin' }, by: 'key', user: undefined }
  const user = await findUserByKey(table(), hashKey(key, keyPepper))
  return user && { caller: callerOf(user), by: 'key', user }
}

async function bySession(headers: Record<string, string | undefined>): Promise<Identity | undefined> {
  const session = await sessionOf(table(), headers)
  if (!session) return undefined
  if (session.username === ADMIN) return await bySessionOfAdmin(session)
  const user = await findUser(table(), session.username)
  const counts = user && !user.deletion && isSame(user.keyId, session.keyId)
  return counts ? { caller: callerOf(user), by: 'session', user } : undefined
}

async function bySessionOfAdmin({ keyId }: SessionItem): Promise<Identity | undefined> {
  if (!isSame(keyId, await adminKeyId())) return undefined
  return { caller: { username: ADMIN, role: 'admin' }, by: 'session', user: undefined }
}

/** What sessions of the admin key name: another key ends them. */
export async function adminKeyId(): Promise<string> {
  const { adminKey, keyPepper } = await credentials()
  return hashKey(adminKey, keyPepper)
}

/** What endpoints are told of a user. */
export const callerOf = ({ username, role, userId }: UserItem): Caller => ({ username, role, userId })
