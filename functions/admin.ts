import { DomainError } from '../shared/errors.ts'
import { deleteUser } from './accounts/delete-user.ts'
import { grantAccess, listAccess, revokeAccess } from './accounts/grants.ts'
import { rotateKeyOf } from './accounts/rotate-key.ts'
import { addUser, describeUsers } from './accounts/users.ts'
import { serve } from './http/serve.ts'
import { bucket } from './resources/bucket.ts'
import { table } from './resources/table.ts'
import { settings } from './service/settings.ts'

/** /api/admin/…: users, access to projects, and the service's settings. */
export const handler = serve('admin', () => ({ table: table(), bucket: bucket() }), {
  createUser: async ({ body }, resources) => await addUser(resources, body),
  listUsers: async (_, resources) => ({ status: 200, json: { users: await describeUsers(resources) } }),
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
