import type { SessionItem } from '../../shared/aws/session-store.ts'
import { findUser, findUserByKey, type UserItem } from '../../shared/aws/user-store.ts'
import { isSame } from '../../shared/constant-time.ts'
import { DomainError } from '../../shared/errors.ts'
import { ADMIN, type Caller } from '../../shared/user.ts'
import { table } from '../resources/table.ts'
import { credentials } from './credentials.ts'
import { hashKey } from './keys.ts'
import { checkGuess } from './login-throttle.ts'
import { sessionOf } from './sessions.ts'

/** The caller, and how they authenticated. */
export interface Identity {
  caller: Caller
  by: 'key' | 'session'
  /** The user's item, freshly read; undefined for the admin key. */
  user: UserItem | undefined
}

/**
 * Authenticates a request. A key or a session points to the user's item, which alone decides which key is valid, and that item
 * is read consistently: once a rotation or deletion has been answered, every later request sees it. The pointers never change, so
 * they may be read eventually consistently. The admin key costs a read once per process and network, an admin session one.
 *
 * @param address - the client's address, for throttling
 * @throws DomainError `unauthorized`, `too-many-failures`
 */
export async function authenticate(headers: Record<string, string | undefined>, address: string): Promise<Identity> {
  const key = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
  const identity =
    key === undefined ? await bySession(headers) : await checkGuess(table(), { key, address }, () => byKey(key))
  if (!identity) throw new DomainError('unauthorized', {})
  return identity
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
  const isValid = user && !user.deletion && isSame(user.keyId, session.keyId)
  return isValid ? { caller: callerOf(user), by: 'session', user } : undefined
}

async function bySessionOfAdmin({ keyId }: SessionItem): Promise<Identity | undefined> {
  if (!isSame(keyId, await adminKeyId())) return undefined
  return { caller: { username: ADMIN, role: 'admin' }, by: 'session', user: undefined }
}

/** The key id stored in sessions of the admin key: changing the key ends them. */
export async function adminKeyId(): Promise<string> {
  const { adminKey, keyPepper } = await credentials()
  return hashKey(adminKey, keyPepper)
}

/** The parts of a user that endpoints see. */
export const callerOf = ({ username, role, userId }: UserItem): Caller => ({ username, role, userId })
