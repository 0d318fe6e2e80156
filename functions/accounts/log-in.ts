import type { Table } from '../../shared/aws/clients.ts'
import { findUser, type UserItem } from '../../shared/aws/user-store.ts'
import { isSame } from '../../shared/constant-time.ts'
import { DomainError } from '../../shared/errors.ts'
import { ADMIN, type Caller } from '../../shared/user.ts'
import { adminKeyId, callerOf } from './authenticate.ts'
import { credentials } from './credentials.ts'
import { hashKey } from './keys.ts'
import { checkGuess } from './login-throttle.ts'
import { beginSession } from './sessions.ts'

/**
 * Begins a session. A wrong username and a wrong key give the same error and take the same time.
 *
 * @throws DomainError `wrong-login`, `too-many-failures`
 */
export async function logIn(
  table: Table,
  { username, apiKey }: { username: string; apiKey: string },
  address: string,
): Promise<{ caller: Caller; cookie: string }> {
  const guess = { key: apiKey, account: username, address }
  const found = await checkGuess(table, guess, () => check(table, username, apiKey))
  if (!found) throw new DomainError('wrong-login', {})
  const { caller, keyId } = found
  return { caller, cookie: await beginSession(table, { username: caller.username, keyId }) }
}

async function check(
  table: Table,
  username: string,
  apiKey: string,
): Promise<{ caller: Caller; keyId: string; user: UserItem | undefined } | undefined> {
  const { adminKey, keyPepper } = await credentials()
  if (username === ADMIN) {
    if (!isSame(apiKey, adminKey)) return undefined
    return { caller: { username, role: 'admin' }, keyId: await adminKeyId(), user: undefined }
  }
  const user = await findUser(table, username)
  const matches = isSame(hashKey(apiKey, keyPepper), user?.keyHash ?? '')
  return user && matches && !user.deletion ? { caller: callerOf(user), keyId: user.keyId, user } : undefined
}
