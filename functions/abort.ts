import { abortProject, abortVariant } from './generations/abort.ts'
import { serve } from './http/serve.ts'
import { cluster } from './resources/cluster.ts'
import { table } from './resources/table.ts'

/** POST /api/projects/{name}/…/abort */
export const handler = serve('abort', () => ({ table: table(), cluster: cluster() }), {
  abortVariant: async (call, resources) => ({ status: 200, json: await abortVariant(resources, call) }),
  abortProject: async (call, resources) => ({ status: 200, json: await abortProject(resources, call) }),
})
