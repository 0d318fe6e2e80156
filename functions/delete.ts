import { serve } from './http/serve.ts'
import { bucket } from './resources/bucket.ts'
import { table } from './resources/table.ts'
import { deleteProject, deleteVariant, ownerFor } from './variants/delete.ts'

/** DELETE /api/projects/{name} and /api/projects/{name}/… */
export const handler = serve('delete', () => ({ table: table(), bucket: bucket() }), {
  deleteVariant: async ({ params, query, caller }, resources) => ({
    status: 200,
    json: { deleted: await deleteVariant(resources, params, ownerFor(caller, query.owner)) },
  }),
  deleteProject: async ({ params, query, caller }, resources) => ({
    status: 200,
    json: { deleted: await deleteProject(resources, params.name, ownerFor(caller, query.owner)) },
  }),
})
