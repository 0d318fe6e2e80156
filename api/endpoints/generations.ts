import * as z from 'zod'
import { RepoType } from '../../shared/generation.ts'
import { transitions } from '../../shared/lifecycle.ts'
import { GenerateRequest } from '../../shared/request.ts'
import { declare } from '../declare.ts'
import { OwnerQuery, variantPaths } from '../variant.ts'

const group = 'Generate and abort'

const generate = declare({
  method: 'POST',
  paths: ['/api/generate'],
  summary: 'Generate the documentation of a repository',
  group,
  function: 'generate',
  who: 'writer',
  body: GenerateRequest,
  success: {
    202: {
      description: 'Accepted: every later failure shows in the status of the variant',
      json: z.object({
        project: z.string(),
        status: z.literal(transitions.reserve.status),
        branch: z.string(),
        generation_id: z.uuid(),
        repo_type: RepoType.nullable(),
      }),
    },
  },
  errors: {
    400: 'A value that can only be judged here: a private address, an unknown provider in AI_PROVIDER, no model, a path that is no repository',
    409: 'The variant is already being generated',
  },
  example: {
    body: {
      repo_url: 'https://github.com/octocat/hello-world',
      ai_provider: 'claude',
      ai_model: 'claude-opus-4-6[1m]',
    },
  },
})

const abortErrors = {
  404: 'Nothing is generated there',
  409: "Several owners generate it, or the task has not ended in time, or the generation's end came first",
}

const abortVariant = declare({
  method: 'POST',
  paths: variantPaths('/api/projects', '/abort'),
  summary: 'Abort the generation of a variant',
  group,
  function: 'abort',
  who: 'writer',
  query: OwnerQuery,
  success: { 200: { description: 'Aborted', json: z.object({ aborted: z.string() }) } },
  errors: abortErrors,
})

const abortProject = declare({
  method: 'POST',
  paths: ['/api/projects/{name}/abort'],
  summary: 'Abort the generation of a project that started first',
  group,
  function: 'abort',
  who: 'writer',
  query: OwnerQuery,
  success: {
    200: {
      description: 'Aborted; where several were active, `variant` is the path of the one',
      json: z.object({ aborted: z.string(), variant: z.string().optional() }),
    },
  },
  errors: abortErrors,
})

export const generations = { generate, abortVariant, abortProject }
