import * as z from 'zod'
import { Provider } from '../../shared/variant.ts'
import { CURSOR, parseCursor } from '../cursor.ts'
import { declare } from '../declare.ts'
import { exampleVariant } from '../example-variant.ts'
import { OwnerQuery, VariantView, variantPaths } from '../variant.ts'

const group = 'Projects and variants'

const several = { 409: 'Several owners have this variant; choose one with `?owner=`' }

const notModified = { description: 'Not modified since the reply with this `ETag`' }

const status = declare({
  method: 'GET',
  paths: ['/api/status', '/api/projects'],
  summary: 'List variants',
  group,
  function: 'projects',
  who: 'user',
  query: z.object({
    limit: z.coerce
      .number('must be a number from 1 to 1000')
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .describe('Maximum number of variants to return'),
    cursor: z
      .string()
      .refine((text) => parseCursor(text) !== undefined, { message: 'must be the next_cursor of a reply' })
      .meta({ pattern: CURSOR.source })
      .optional()
      .describe('`next_cursor` of the previous page'),
  }),
  success: {
    200: {
      description:
        'A page of the variants that the caller may read, newest change first; `next_cursor` is set if there are more',
      json: z.object({
        projects: z.array(VariantView),
        known_models: z.partialRecord(Provider, z.array(z.string())),
        known_branches: z.record(z.string(), z.array(z.string())),
        total_cost_usd: z.number(),
        next_cursor: z.string().optional(),
      }),
      example: {
        projects: [exampleVariant],
        known_models: { claude: ['claude-opus-4-6[1m]'] },
        known_branches: { 'hello-world': ['main'] },
        total_cost_usd: 3.41,
      },
    },
    304: notModified,
  },
})

const projectDownload = declare({
  method: 'GET',
  paths: ['/api/projects/{name}/download'],
  summary: "Download the project's latest site",
  group,
  function: 'projects',
  who: 'user',
  query: OwnerQuery,
  success: { 200: { description: 'A gzipped tar archive', mediaType: 'application/gzip' } },
  errors: { 404: 'Nothing published yet' },
})

const generationById = declare({
  method: 'GET',
  paths: ['/api/projects/by-id/{generation_id}'],
  summary: 'Get the variant of a generation',
  group,
  function: 'projects',
  who: 'user',
  success: {
    200: { description: 'The variant in its current state', json: VariantView, example: exampleVariant },
  },
  errors: { 400: 'Not a UUID', 404: 'No such generation, or its variant was deleted' },
})

const project = declare({
  method: 'GET',
  paths: ['/api/projects/{name}'],
  summary: "List a project's variants",
  group,
  function: 'projects',
  who: 'user',
  query: OwnerQuery,
  success: {
    200: {
      description: 'The variants, newest change first',
      json: z.object({ name: z.string(), variants: z.array(VariantView) }),
      example: { name: 'hello-world', variants: [exampleVariant] },
    },
  },
  errors: { 404: 'No such project' },
})

const variant = declare({
  method: 'GET',
  paths: variantPaths('/api/projects', ''),
  summary: 'Get a variant',
  group,
  function: 'projects',
  who: 'user',
  query: OwnerQuery,
  success: { 200: { description: 'The variant', json: VariantView, example: exampleVariant }, 304: notModified },
  errors: { 404: 'No such variant', ...several },
})

const variantDownload = declare({
  method: 'GET',
  paths: variantPaths('/api/projects', '/download'),
  summary: "Download a variant's site",
  group,
  function: 'projects',
  who: 'user',
  query: OwnerQuery,
  success: { 200: { description: 'A gzipped tar archive', mediaType: 'application/gzip' } },
  errors: { 400: 'Nothing published yet', 404: 'No such variant', ...several },
})

const LOG = [
  '2026-01-31T12:00:03.120Z info  attempt 1 started; it has 360 min',
  "2026-01-31T12:01:40.902Z info  page 'overview' is done (1 of 8)",
  '',
].join('\n')

const variantLog = declare({
  method: 'GET',
  paths: variantPaths('/api/projects', '/log'),
  summary: "Get the log of a variant's last generation",
  group,
  function: 'projects',
  who: 'user',
  query: OwnerQuery,
  success: {
    200: { description: 'The log; secrets are masked', mediaType: 'text/plain; charset=utf-8', example: LOG },
  },
  errors: { 404: 'No such variant', ...several },
})

const deleted = {
  200: {
    description: 'Deleted, with all sites and stored pages',
    json: z.object({ deleted: z.string() }),
    example: { deleted: 'hello-world' },
  },
}
const deleteErrors = { 400: 'Admins must name the owner', 404: 'Nothing to delete', 409: 'Generation in progress' }

const deleteVariant = declare({
  method: 'DELETE',
  paths: variantPaths('/api/projects', ''),
  summary: 'Delete a variant',
  group,
  function: 'delete',
  who: 'writer',
  query: OwnerQuery,
  success: deleted,
  errors: deleteErrors,
  example: { query: { owner: 'admin' } },
})

const deleteProject = declare({
  method: 'DELETE',
  paths: ['/api/projects/{name}'],
  summary: 'Delete all variants of a project',
  group,
  function: 'delete',
  who: 'writer',
  query: OwnerQuery,
  success: deleted,
  errors: deleteErrors,
  example: { query: { owner: 'admin' } },
})

const cost = declare({
  method: 'GET',
  paths: ['/api/cost'],
  summary: 'Get the total cost',
  group,
  function: 'projects',
  who: 'user',
  success: {
    200: {
      description:
        "Known cost of all the caller's generations in US dollars, including those of deleted variants; for admins, everyone's",
      json: z.object({ total_cost_usd: z.number() }),
      example: { total_cost_usd: 3.41 },
    },
  },
})

/** `projectDownload` comes before `generationById`: `by-id/download` is the download of a project called `by-id`. */
export const projects = {
  status,
  projectDownload,
  generationById,
  project,
  variant,
  variantDownload,
  variantLog,
  deleteVariant,
  deleteProject,
  cost,
}
