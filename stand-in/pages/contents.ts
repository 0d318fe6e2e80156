import { areaPages } from './area-pages.ts'
import { codeMap } from './code-map.ts'
import { commands } from './commands.ts'
import { configuration } from './configuration.ts'
import { contributing } from './contributing.ts'
import { dependencies } from './dependencies.ts'
import { gettingStarted } from './getting-started.ts'
import { guides } from './guides.ts'
import { overview } from './overview.ts'
import { publicApi } from './public-api.ts'
import type { Draft, Site } from './site.ts'
import { tests } from './tests.ts'

/** The kinds of pages in reading order, each with the slugs it makes, so that one page needs only its own kind. */
const kinds: { slugs: RegExp; make: (site: Site, wanted?: string) => Draft[] | Promise<Draft[]> }[] = [
  { slugs: /^overview$/, make: (site) => [overview(site)] },
  { slugs: /^getting-started$/, make: (site) => [gettingStarted(site)] },
  { slugs: /^(guide-|readme-|more-from-the-readme$)/, make: guides },
  { slugs: /^code-map$/, make: (site) => codeMap(site, areaPages(site)) },
  { slugs: /^public-api$/, make: publicApi },
  { slugs: /^code-/, make: areaPages },
  { slugs: /^configuration$/, make: configuration },
  { slugs: /^commands$/, make: commands },
  { slugs: /^tests$/, make: tests },
  { slugs: /^dependencies$/, make: dependencies },
  { slugs: /^contributing$/, make: contributing },
]

/** Every page that there is material for, or with `wanted` at least that one. The same clone gives the same pages. */
export async function draftsOf(site: Site, wanted?: string): Promise<Draft[]> {
  const drafts: Draft[] = []
  for (const { slugs, make } of kinds) if (!wanted || slugs.test(wanted)) drafts.push(...(await make(site, wanted)))
  return drafts.filter(({ slug }, index) => drafts.findIndex((one) => one.slug === slug) === index)
}
