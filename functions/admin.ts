import { randomUUID } from 'node:crypto'
import type { BodyOf, JsonOf } from '../api/declare.ts'
import { admin } from '../api/endpoints/admin.ts'
import { createUser, listUsers } from '../shared/aws/user-store.ts'
import { DomainError } from '../shared/errors.ts'
import { apiTime } from '../shared/time.ts'
import { Role, Username } from '../shared/user.ts'
import { deleteUser } from './accounts/delete-user.ts'
import { grantAccess, listAccess, revokeAccess } from './accounts/grants.ts'
import { keyHashOf, newKey } from './accounts/keys.ts'
import { rotateKeyOf } from './accounts/rotate-key.ts'
import { type Doors, doors } from './doors.ts'
import type { Reply } from './http/reply.ts'
import { answer, serve } from './http/serve.ts'

type Needed = Pick<Doors, 'table'>

/** Users, and who may read what. */
export const handler = serve(
  answer(admin.createUser, async ({ body }) => await create(doors('table'), body)),
  answer(admin.listUsers, async () => ({ status: 200, json: { users: await list(doors('table')) } })),
  answer(admin.rotateKeyOf, async ({ params, body, address }) => {
    const key = body.new_key ?? body.new_api_key
    return await rotateKeyOf(doors('table'), params.username, { key, address })
  }),
  answer(admin.grantAccess, async ({ params: { name }, body, query }) => {
    const owner = body.owner || query.owner
    return { status: 200, json: await grantAccess(doors('table'), body.username, { name, owner }) }
  }),
  answer(admin.listAccess, async ({ params: { name }, query }) => {
    return { status: 200, json: await listAccess(doors('table'), { name, owner: query.owner }) }
  }),
  answer(admin.revokeAccess, async ({ params: { name, username }, body, query }) => {
    const owner = body.owner || query.owner
    return { status: 200, json: await revokeAccess(doors('table'), username, { name, owner }) }
  }),
  answer(admin.deleteUser, async ({ params: { username }, caller }) => {
    if (username === caller.username)
      throw new DomainError('bad-request', { message: 'Cannot delete your own account' })
    await deleteUser(doors('table', 'bucket'), username)
    return { status: 200, json: { deleted: username } }
  }),
)

type Created = Reply<JsonOf<typeof admin.createUser>>

async function create({ table }: Needed, { username, role }: BodyOf<typeof admin.createUser>): Promise<Created> {
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
  const apiKey = newKey()
  const keyHash = await keyHashOf(apiKey)
  const created = await createUser(table, { username: name.data, role: known.data, userId: randomUUID(), keyHash })
  if (!created) throw new DomainError('bad-request', { message: `User '${name.data}' already exists` })
  const headers = { 'Cache-Control': 'no-store' }
  return { status: 200, headers, json: { username: name.data, api_key: apiKey, role: known.data } }
}

async function list({ table }: Needed) {
  return (await listUsers(table)).map(({ userId, username, role, createdAt }) => ({
    id: userId,
    username,
    role,
    created_at: apiTime(createdAt),
  }))
}
