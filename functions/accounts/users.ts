import { randomUUID } from 'node:crypto'
import type { BodyOf, JsonOf } from '../../api/declare.ts'
import type { admin } from '../../api/endpoints/admin.ts'
import { createUser, listUsers } from '../../shared/aws/user-store.ts'
import { DomainError } from '../../shared/errors.ts'
import { apiTime } from '../../shared/time.ts'
import { Role, Username } from '../../shared/user.ts'
import type { Reply } from '../http/reply.ts'
import type { Resources } from '../resources.ts'
import { keyHashOf, newKey } from './keys.ts'

type Created = Reply<JsonOf<typeof admin.createUser>>

/**
 * Creates a user with a random key. Only this reply ever shows the key.
 *
 * @throws DomainError `username-required`, `invalid-username`, `invalid-role`, `user-exists`
 */
export async function addUser(
  { table }: Resources<'table'>,
  { username, role }: BodyOf<typeof admin.createUser>,
): Promise<Created> {
  if (!username) throw new DomainError('username-required', {})
  const name = Username.safeParse(username)
  if (!name.success) throw new DomainError('invalid-username', { username })
  const validRole = Role.safeParse(role ?? 'user')
  if (!validRole.success) throw new DomainError('invalid-role', { role: String(role) })
  const apiKey = newKey()
  const keyHash = await keyHashOf(apiKey)
  const user = { username: name.data, role: validRole.data, userId: randomUUID(), keyHash, hasRandomKey: true }
  const created = await createUser(table, user)
  if (!created) throw new DomainError('user-exists', { username: name.data })
  const headers = { 'Cache-Control': 'no-store' }
  return { status: 200, headers, json: { username: name.data, api_key: apiKey, role: validRole.data } }
}

/** All users, without their keys. */
export async function describeUsers({ table }: Resources<'table'>) {
  return (await listUsers(table)).map(({ userId, username, role, createdAt }) => ({
    id: userId,
    username,
    role,
    created_at: apiTime(createdAt),
  }))
}
