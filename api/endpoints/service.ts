import * as z from 'zod'
import { Provider } from '../../shared/variant.ts'
import { declare } from '../declare.ts'

const group = 'The service'

const health = declare({
  method: 'GET',
  paths: ['/health'],
  summary: 'Whether the service answers',
  group,
  function: 'session',
  who: 'public',
  success: { 200: { description: 'It does', json: z.object({ status: z.literal('ok') }) } },
})

const Model = z.object({ id: z.string(), name: z.string(), provider: Provider })

const Models = z.object({
  providers: z.array(Provider),
  default_provider: z.string(),
  default_model: z.string(),
  available_models: z.record(z.string(), z.array(Model)),
})

const models = declare({
  method: 'GET',
  paths: ['/api/models'],
  summary: 'Providers, and models to choose from',
  group,
  function: 'session',
  who: 'public',
  success: {
    200: {
      description: 'What the operator has configured; other models may be asked for, too',
      json: Models,
    },
  },
})

const refreshModels = declare({
  method: 'POST',
  paths: ['/api/models/refresh'],
  summary: 'Read the models anew',
  group,
  function: 'session',
  who: 'admin',
  success: {
    200: {
      description: 'As `GET /api/models`, which reads the configuration every time: nothing is cached',
      json: Models,
    },
  },
})

const openapi = declare({
  method: 'GET',
  paths: ['/api/openapi.json'],
  summary: 'This API as an OpenAPI 3.1 document',
  group,
  function: 'session',
  who: 'user',
  success: { 200: { description: 'The document', json: z.looseObject({ openapi: z.string() }) } },
})

export const service = { health, models, refreshModels, openapi }
