import * as z from 'zod'
import { transitions } from '../../shared/lifecycle.ts'
import { RepoType } from '../../shared/repo-type.ts'
import { GenerateRequest } from '../../shared/request.ts'
import { declare } from '../declare.ts'
import { exampleVariant } from '../example-variant.ts'
import { OwnerQuery, variantPaths } from '../variant.ts'

const group = 'Generate and abort'

const generate = declare({
  method: 'POST',
  paths: ['/api/generate'],
  summary: 'Generate documentation for a repository',
  group,
  function: 'generate',
  who: 'writer',
  body: GenerateRequest,
  success: {
    202: {
      description: "Accepted. Later failures appear in the variant's status",
      json: z.object({
        project: z.string(),
        status: z.literal(transitions.reserve.status),
        branch: z.string(),
        generation_id: z.uuid(),
        repo_type: RepoType.nullable(),
      }),
      example: {
        project: 'hello-world',
        status: transitions.reserve.status,
        branch: 'main',
        generation_id: exampleVariant.generation_id,
        repo_type: null,
      },
    },
  },
  errors: {
    400: 'The repository has a private address or is not a git repository, no model is set, or `AI_PROVIDER` is unknown',
    409: 'The variant is already being generated',
    429: 'The caller has as many generations waiting as `MAX_QUEUED_PER_OWNER` allows; wait for `Retry-After` seconds',
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
  404: 'No active generation',
  409: 'Several owners are generating it, the task did not stop in time, or the generation had already finished',
}

const abortVariant = declare({
  method: 'POST',
  paths: variantPaths('/api/projects', '/abort'),
  summary: "Abort a variant's generation",
  group,
  function: 'abort',
  who: 'writer',
  query: OwnerQuery,
  success: {
    200: {
      description: 'Aborted',
      json: z.object({ aborted: z.string() }),
      example: { aborted: 'hello-world/claude/claude-opus-4-6[1m]' },
    },
  },
  errors: abortErrors,
})

const abortProject = declare({
  method: 'POST',
  paths: ['/api/projects/{name}/abort'],
  summary: "Abort a project's oldest active generation",
  group,
  function: 'abort',
  who: 'writer',
  query: OwnerQuery,
  success: {
    200: {
      description: 'Aborted. If several were active, `variant` is the path of the aborted one',
      json: z.object({ aborted: z.string(), variant: z.string().optional() }),
      example: { aborted: 'hello-world' },
    },
  },
  errors: abortErrors,
})

const prioritize = declare({
  method: 'POST',
  paths: variantPaths('/api/projects', '/prioritize'),
  summary: "Start a variant's waiting generation next",
  group,
  function: 'abort',
  who: 'admin',
  query: OwnerQuery,
  success: {
    200: {
      description:
        'The generation is at the front of the queue: it starts as soon as there is a free place and its owner is below the limit',
      json: z.object({ prioritized: z.string() }),
      example: { prioritized: 'hello-world/claude/claude-opus-4-6[1m]' },
    },
  },
  errors: { 404: 'No waiting generation', 409: 'Several owners have this variant; choose one with `?owner=`' },
})

export const generations = { generate, abortVariant, abortProject, prioritize }
