import { declare } from '../declare.ts'
import { OwnerQuery, variantPaths } from '../variant.ts'

const group = 'Sites'

const success = {
  200: { description: 'The file', mediaType: '*/*' },
  302: { description: 'Redirects to the same path with a trailing slash, so that relative links work' },
  304: { description: 'Not modified since the reply with this `ETag`' },
}

/** `?owner=` applies to the whole site: a cookie remembers it. */
const variantSite = declare({
  method: 'GET',
  paths: variantPaths('/docs', '/{path+}'),
  summary: "Get a file of a variant's site",
  group,
  function: 'docs',
  who: 'user',
  query: OwnerQuery,
  success,
  errors: {
    400: 'The path leaves the site',
    404: 'No such file',
    409: 'Several owners have this variant; choose one with `?owner=`',
  },
  errorPages: { 404: 'No such file' },
})

const projectSite = declare({
  method: 'GET',
  paths: ['/docs/{name}/{path+}'],
  summary: "Get a file of a project's latest site",
  group,
  function: 'docs',
  who: 'user',
  query: OwnerQuery,
  success,
  errors: { 400: 'The path leaves the site', 404: 'Nothing published yet, or no such file' },
  errorPages: { 404: 'Nothing published yet, or no such file' },
})

/** `variantSite` comes first: the rest of the path is a file of the project's site only if it doesn't name a variant. */
export const sites = { variantSite, projectSite }
