import { generate } from './generations/generate.ts'
import { serve } from './http/serve.ts'
import { queue } from './resources/queue.ts'
import { table } from './resources/table.ts'

/** POST /api/generate */
export const handler = serve('generate', () => ({ table: table(), queue: queue() }), {
  generate: async ({ body, caller, log }, resources) => ({
    status: 202,
    json: await generate(resources, body, caller, log),
  }),
})
