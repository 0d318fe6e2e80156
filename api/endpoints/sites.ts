import { declare } from '../declare.ts'
import { OwnerQuery, variantPaths } from '../variant.ts'

const group = 'Sites'

const success = {
  200: { description: 'The file', mediaType: '*/*' },
  302: { description: 'To the same address with a slash at the end, which relative links need' },
  304: { description: 'Not changed since the reply with this `ETag`' },
}

/** `?owner=` holds for the whole site: a cookie keeps it. */
const variantSite = declare({
  method: 'GET',
  paths: variantPaths('/docs', '/{path+}'),
  summary: "A file of a variant's site",
  group,
  function: 'docs',
  who: 'user',
  query: OwnerQuery,
  success,
  errors: {
    400: 'The path leaves the site',
    404: 'No such file',
    409: 'Several owners have it: say which with `?owner=`',
  },
})

const projectSite = declare({
  method: 'GET',
  paths: ['/docs/{name}/{path+}'],
  summary: 'A file of the site of the project that was published last',
  group,
  function: 'docs',
  who: 'user',
  query: OwnerQuery,
  success,
  errors: { 400: 'The path leaves the site', 404: 'Nothing is published, or no such file' },
})

/** A variant before a project: what follows the name is a file only where it names no variant. */
export const sites = { variantSite, projectSite }
