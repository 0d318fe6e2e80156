import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { createUser, listUsers } from '../shared/aws/user-store.ts'
import { DomainError } from '../shared/errors.ts'
import { apiTime } from '../shared/time.ts'
import { Role, Username } from '../shared/user.ts'
import { credentials, hashKey } from './accounts/authenticate.ts'
import { requireAdmin } from './accounts/permissions.ts'
import { type Doors, doors } from './doors.ts'
import { endpoint, jsonBody, type Reply } from './http/endpoint.ts'
import { validate } from './http/validate.ts'

type Needed = Pick<Doors, 'table'>

const NewUser = z.object({ username: z.string().nullish(), role: z.string().nullish() })

/** POST and GET /api/admin/users */
export const handler = endpoint(async (call, caller) => {
  const body = call.method === 'POST' ? validate(NewUser, jsonBody(call)) : {}
  requireAdmin(caller)
  const opened = doors('table')
  return call.method === 'POST' ? await create(opened, body) : await list(opened)
})

async function create({ table }: Needed, { username, role = 'user' }: z.infer<typeof NewUser>): Promise<Reply> {
  if (!username) throw new DomainError('bad-request', { message: 'Username is required' })
  const name = Username.safeParse(username)
  if (!name.success) {
    const message = `Invalid username: '${username}'. Use 2 to 50 of a-z, A-Z, 0-9, '.', '_' and '-', a letter or digit first; 'admin' is reserved.`
    throw new DomainError('bad-request', { message })
  }
  const known = Role.safeParse(role ?? 'user')
  if (!known.success) {
    throw new DomainError('bad-request', { message: `Invalid role: '${role}'. Must be admin, user, or viewer.` })
  }
  const apiKey = `docsfy_${randomBytes(32).toString('base64url')}`
  const keyHash = hashKey(apiKey, (await credentials()).keyPepper)
  const created = await createUser(table, { username: name.data, role: known.data, userId: randomUUID(), keyHash })
  if (!created) throw new DomainError('bad-request', { message: `User '${name.data}' already exists` })
  const headers = { 'Cache-Control': 'no-store' }
  return { status: 200, headers, json: { username: name.data, api_key: apiKey, role: known.data } }
}

async function list({ table }: Needed): Promise<Reply> {
  const users = (await listUsers(table)).map(({ userId, username, role, createdAt }) => ({
    id: userId,
    username,
    role,
    created_at: apiTime(createdAt),
  }))
  return { status: 200, json: { users } }
}
