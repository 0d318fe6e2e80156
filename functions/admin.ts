import { DomainError } from '../shared/errors.ts'
import { deleteUser } from './accounts/delete-user.ts'
import { grantAccess, listAccess, revokeAccess } from './accounts/grants.ts'
import { rotateKeyOf } from './accounts/rotate-key.ts'
import { addUser, describeUsers } from './accounts/users.ts'
import { drainQueue, endQueueDrain } from './generations/drain.ts'
import { readQueue } from './generations/read-queue.ts'
import { serve } from './http/serve.ts'
import { bucket } from './resources/bucket.ts'
import { queue } from './resources/queue.ts'
import { table } from './resources/table.ts'
import { settings } from './service/settings.ts'

/** /api/admin/…: users, access to projects, the queue, and the service's settings. */
export const handler = serve('admin', () => ({ table: table(), bucket: bucket(), queue: queue() }), {
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
  queue: async ({ query }, resources) => ({ status: 200, json: await readQueue(resources, query.limit) }),
  drain: async ({ body }, resources) => ({ status: 200, json: await drainQueue(resources, body.reason || null) }),
  endDrain: async (_, resources) => ({ status: 200, json: await endQueueDrain(resources) }),
  settings: async () => ({ status: 200, json: settings() }),
})
