import { openRepository, type Watch } from './clone/repository.ts'
import type { Draft } from './pages/draft.ts'
import { taglineOf } from './pages/overview.ts'
import { draftsOf } from './pages/site.ts'
import type { Plan, Site } from './plan.ts'
import { openProject } from './project.ts'
import { resolveOpenLinks } from './writing/finish.ts'
import { finishPage } from './writing/page.ts'

/** Writes all pages at once: reading the clone takes most of the time, and links depend on what is on other pages. */
export async function writeSite(root: string, watch: Watch): Promise<Site> {
  const repository = openRepository(root, watch)
  const project = await openProject(repository)
  const drafts = await draftsOf(project)
  const slugs = new Set(drafts.map(({ slug }) => slug))
  resolveOpenLinks(drafts, slugs, (path) => repository.peek(path)?.lines.length ?? 0)
  return {
    plan: { project_name: project.name, tagline: taglineOf(project), navigation: navigationOf(drafts) },
    pages: Object.fromEntries(drafts.map(({ slug, title, blocks }) => [slug, finishPage(title, blocks)])),
  }
}

const navigationOf = (drafts: Draft[]): Plan['navigation'] =>
  [...Map.groupBy(drafts, ({ group }) => group)].map(([group, pages]) => ({
    group,
    pages: pages.map(({ slug, title, description }) => ({ slug, title, description })),
  }))
