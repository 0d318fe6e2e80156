import { DomainError } from '../shared/errors.ts'
import { serve } from './http/serve.ts'
import { bucket } from './resources/bucket.ts'
import { table } from './resources/table.ts'
import { dashboardReply } from './service/serve-dashboard.ts'
import { findProject, findVariant, latestSite } from './variants/find.ts'
import { siteReply } from './variants/serve-site.ts'

/** GET /docs/{name}/…: a file of a variant's site, or of the project's latest site. Also the files of the dashboard. */
export const handler = serve('docs', () => ({ table: table(), bucket: bucket() }), {
  variantSite: async (call, resources) =>
    await siteReply(call, resources, async (owner) => {
      const record = await findVariant(resources, call.params, call.caller, { for: 'read', owner })
      if (!record?.published) throw new DomainError('file-not-found', {})
      return record.published
    }),
  projectSite: async (call, resources) =>
    await siteReply(call, resources, async (owner) => {
      const site = latestSite(await findProject(resources, call.params.name, call.caller, { for: 'read', owner }))
      if (!site) throw new DomainError('no-docs', {})
      return site
    }),
  dashboardPage: async (call) => await dashboardReply(call, 'index.html'),
  dashboardFile: async (call) => await dashboardReply(call, `assets/${call.params.file}`),
})
