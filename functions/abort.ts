import { abortProject, abortVariant } from './generations/abort.ts'
import { prioritizeVariant } from './generations/prioritize.ts'
import { serve } from './http/serve.ts'
import { cluster } from './resources/cluster.ts'
import { queue } from './resources/queue.ts'
import { table } from './resources/table.ts'

/** POST /api/projects/{name}/…/abort and …/prioritize: the gateway routes all POSTs below a project to one function. */
export const handler = serve('abort', () => ({ table: table(), cluster: cluster(), queue: queue() }), {
  abortVariant: async (call, resources) => ({ status: 200, json: await abortVariant(resources, call) }),
  abortProject: async (call, resources) => ({ status: 200, json: await abortProject(resources, call) }),
  prioritize: async (call, resources) => ({ status: 200, json: await prioritizeVariant(resources, call) }),
})
