import type { Plan } from '../../../shared/plan.ts'
import { openRepository, type Watch } from './clone/repository.ts'
import { draftsOf } from './pages/contents.ts'
import { fallbackPage } from './pages/fallback.ts'
import { nameOf, taglineOf } from './pages/overview.ts'
import { openSite } from './pages/site.ts'
import type { Task } from './task.ts'
import { finishPage } from './writing/page.ts'

/**
 * The answer to a task, from the clone at `root` alone: a plan as JSON, or a page as markdown.
 * @throws for a page that nothing in the clone is about.
 */
export async function answer(task: Task, root: string, watch: Watch): Promise<string> {
  const repository = openRepository(root, watch)
  if (task.kind === 'plan') return JSON.stringify(await plan(task.project, openSite(repository, [])), null, 2)
  const site = openSite(repository, task.pages)
  const draft = (await draftsOf(site, task.slug)).find(({ slug }) => slug === task.slug)
  return finishPage(task.title, draft ? await draft.write() : fallbackPage(site, task))
}

async function plan(project: string, site: ReturnType<typeof openSite>): Promise<Plan> {
  const groups = Map.groupBy(await draftsOf(site), ({ group }) => group)
  return {
    project_name: nameOf(site) ?? project,
    tagline: taglineOf(site),
    navigation: [...groups].map(([group, drafts]) => ({
      group,
      pages: drafts.map(({ slug, title, description }) => ({ slug, title, description })),
    })),
  }
}
