import * as z from 'zod'
import { Provider } from '../../shared/variant.ts'
import { declare } from '../declare.ts'

const group = 'Service'

const health = declare({
  method: 'GET',
  paths: ['/health'],
  summary: 'Check that the service is up',
  group,
  function: 'session',
  who: 'public',
  success: {
    200: { description: 'The service is up', json: z.object({ status: z.literal('ok') }), example: { status: 'ok' } },
  },
})

const Model = z.object({ id: z.string(), name: z.string(), provider: Provider })

const Models = z.object({
  providers: z.array(Provider),
  default_provider: z.string(),
  default_model: z.string(),
  available_models: z.record(z.string(), z.array(Model)),
})

const exampleModels = {
  providers: Provider.options,
  default_provider: 'claude',
  default_model: 'claude-opus-4-6[1m]',
  available_models: {
    claude: [{ id: 'claude-opus-4-6[1m]', name: 'claude-opus-4-6[1m]', provider: 'claude' }],
    gemini: [],
    cursor: [],
  },
}

const models = declare({
  method: 'GET',
  paths: ['/api/models'],
  summary: 'List providers and models',
  group,
  function: 'session',
  who: 'public',
  success: {
    200: {
      description: 'The models that the operator suggests; requests may name others',
      json: Models,
      example: exampleModels,
    },
  },
})

const refreshModels = declare({
  method: 'POST',
  paths: ['/api/models/refresh'],
  summary: 'Refresh the models',
  group,
  function: 'session',
  who: 'admin',
  success: {
    200: {
      description: 'Same as `GET /api/models`, which reads the configuration every time and caches nothing',
      json: Models,
      example: exampleModels,
    },
  },
})

const openapi = declare({
  method: 'GET',
  paths: ['/api/openapi.json'],
  summary: 'Get this API as an OpenAPI 3.1 document',
  group,
  function: 'session',
  who: 'user',
  success: {
    200: { description: 'The document', json: z.looseObject({ openapi: z.string() }), example: { openapi: '3.1.1' } },
  },
})

export const service = { health, models, refreshModels, openapi }
