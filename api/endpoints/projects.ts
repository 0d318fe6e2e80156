import * as z from 'zod'
import { Provider } from '../../shared/variant.ts'
import { parseCursor } from '../cursor.ts'
import { declare } from '../declare.ts'
import { OwnerQuery, VariantView, variantPaths } from '../variant.ts'

const group = 'Projects and variants'

const several = { 409: 'Several owners have it: say which with `?owner=`' }

const status = declare({
  method: 'GET',
  paths: ['/api/status', '/api/projects'],
  summary: 'Everything that the caller may see, newest change first',
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
      .describe('At most so many variants'),
    cursor: z
      .string()
      .refine((text) => parseCursor(text) !== undefined, { message: 'must be the next_cursor of a reply' })
      .optional()
      .describe('`next_cursor` of the reply before'),
  }),
  success: {
    200: {
      description: 'A page; `next_cursor` is there when there are more',
      json: z.object({
        projects: z.array(VariantView),
        known_models: z.partialRecord(Provider, z.array(z.string())),
        known_branches: z.record(z.string(), z.array(z.string())),
        total_cost_usd: z.number(),
        next_cursor: z.string().optional(),
      }),
    },
    304: { description: 'Nothing has changed since the reply with this `ETag`' },
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
  errors: { 404: 'Nothing is published' },
})

const generationById = declare({
  method: 'GET',
  paths: ['/api/projects/by-id/{generation_id}'],
  summary: 'The variant that a generation was started for, as it is now',
  group,
  function: 'projects',
  who: 'user',
  success: { 200: { description: 'The variant', json: VariantView } },
  errors: { 400: 'No UUID', 404: 'Unknown, or the variant was deleted since' },
})

const project = declare({
  method: 'GET',
  paths: ['/api/projects/{name}'],
  summary: "A project's variants",
  group,
  function: 'projects',
  who: 'user',
  query: OwnerQuery,
  success: {
    200: {
      description: 'The variants, newest change first',
      json: z.object({ name: z.string(), variants: z.array(VariantView) }),
    },
  },
  errors: { 404: 'No such project' },
})

const variant = declare({
  method: 'GET',
  paths: variantPaths('/api/projects', ''),
  summary: 'One variant',
  group,
  function: 'projects',
  who: 'user',
  query: OwnerQuery,
  success: { 200: { description: 'The variant', json: VariantView } },
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
  errors: { 400: 'Nothing is published yet', 404: 'No such variant', ...several },
})

const variantLog = declare({
  method: 'GET',
  paths: variantPaths('/api/projects', '/log'),
  summary: 'What the last generation of a variant did, line by line',
  group,
  function: 'projects',
  who: 'user',
  query: OwnerQuery,
  success: { 200: { description: 'The log; secrets are masked', mediaType: 'text/plain; charset=utf-8' } },
  errors: { 404: 'No such variant', ...several },
})

const deleted = {
  200: { description: 'Deleted: records, sites and stored pages', json: z.object({ deleted: z.string() }) },
}
const deleteErrors = { 400: 'An admin has to name the owner', 404: 'Nothing there', 409: 'It is being generated' }

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
  summary: "What all generations of the caller have ever cost, deleted variants included; for an admin, everybody's",
  group,
  function: 'projects',
  who: 'user',
  success: {
    200: { description: 'US dollars, as far as costs are known', json: z.object({ total_cost_usd: z.number() }) },
  },
})

/** The download first: `by-id/download` is that of a project called `by-id`. */
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
