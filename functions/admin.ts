import { randomUUID } from 'node:crypto'
import type { BodyOf, JsonOf } from '../api/declare.ts'
import type { admin } from '../api/endpoints/admin.ts'
import { createUser, listUsers } from '../shared/aws/user-store.ts'
import { readEnv, ShownSettingsEnv } from '../shared/env.ts'
import { DomainError } from '../shared/errors.ts'
import { apiTime } from '../shared/time.ts'
import { Role, Username } from '../shared/user.ts'
import { deleteUser } from './accounts/delete-user.ts'
import { grantAccess, listAccess, revokeAccess } from './accounts/grants.ts'
import { keyHashOf, newKey } from './accounts/keys.ts'
import { rotateKeyOf } from './accounts/rotate-key.ts'
import type { Reply } from './http/reply.ts'
import { serve } from './http/serve.ts'
import { bucket } from './resources/bucket.ts'
import { table } from './resources/table.ts'
import type { Resources } from './resources.ts'

/** Users, who may read what, and what the service is set to. */
export const handler = serve('admin', () => ({ table: table(), bucket: bucket() }), {
  createUser: async ({ body }, resources) => await create(resources, body),
  listUsers: async (_, resources) => ({ status: 200, json: { users: await list(resources) } }),
  rotateKeyOf: async ({ params, body, address }, resources) => {
    const key = body.new_key ?? body.new_api_key
    return await rotateKeyOf(resources, params.username, { key, address })
  },
  grantAccess: async ({ params: { name }, body, query }, resources) => {
    const owner = body.owner || query.owner
    return { status: 200, json: await grantAccess(resources, body.username, { name, owner }) }
  },
  listAccess: async ({ params: { name }, query: { owner } }, resources) => {
    return { status: 200, json: await listAccess(resources, { name, owner }) }
  },
  revokeAccess: async ({ params: { name, username }, body, query }, resources) => {
    const owner = body.owner || query.owner
    return { status: 200, json: await revokeAccess(resources, username, { name, owner }) }
  },
  deleteUser: async ({ params: { username }, caller }, resources) => {
    if (username === caller.username) throw new DomainError('own-account', {})
    await deleteUser(resources, username)
    return { status: 200, json: { deleted: username } }
  },
  settings: async () => ({ status: 200, json: settings() }),
})

type Created = Reply<JsonOf<typeof admin.createUser>>

async function create(
  { table }: Resources<'table'>,
  { username, role }: BodyOf<typeof admin.createUser>,
): Promise<Created> {
  if (!username) throw new DomainError('username-required', {})
  const name = Username.safeParse(username)
  if (!name.success) throw new DomainError('invalid-username', { username })
  const known = Role.safeParse(role ?? 'user')
  if (!known.success) throw new DomainError('invalid-role', { role: String(role) })
  const apiKey = newKey()
  const keyHash = await keyHashOf(apiKey)
  const created = await createUser(table, { username: name.data, role: known.data, userId: randomUUID(), keyHash })
  if (!created) throw new DomainError('user-exists', { username: name.data })
  const headers = { 'Cache-Control': 'no-store' }
  return { status: 200, headers, json: { username: name.data, api_key: apiKey, role: known.data } }
}

async function list({ table }: Resources<'table'>) {
  return (await listUsers(table)).map(({ userId, username, role, createdAt }) => ({
    id: userId,
    username,
    role,
    created_at: apiTime(createdAt),
  }))
}

/** What the operator has set, or the defaults; none of it is secret. No model looks at pictures here. */
function settings() {
  const { AI_PROVIDER, AI_MODEL, AI_CLI_TIMEOUT, MAX_CONCURRENT_PAGES } = readEnv(ShownSettingsEnv)
  const shown = {
    default_ai_provider: AI_PROVIDER,
    default_ai_model: AI_MODEL,
    ai_cli_timeout: AI_CLI_TIMEOUT,
    max_concurrent_pages: MAX_CONCURRENT_PAGES,
    vision_provider: null,
    vision_model: null,
  }
  return { settings: shown, env_overrides: Object.keys(shown) }
}
