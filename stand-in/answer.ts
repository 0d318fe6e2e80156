import { openRepository, type Repository, type Watch } from './clone/repository.ts'
import type { Draft } from './pages/draft.ts'
import { taglineOf } from './pages/overview.ts'
import { draftsOf } from './pages/site.ts'
import type { Plan } from './plan.ts'
import { openProject } from './project.ts'
import { endMark, readPrompt } from './prompt.ts'
import { resolveOpenLinks } from './writing/finish.ts'
import { finishPage } from './writing/page.ts'

const greeting = `This is docsfy’s stand-in for an AI CLI, not a model. It writes a page for a prompt that names it as The page: "<title>" and asks for ${endMark}; a prompt that doesn’t mention that mark gets a plan.`

/** A whole site: its plan, and its pages by slug. */
export interface Site {
  plan: Plan
  pages: Record<string, string>
}

/**
 * Answers a prompt from the clone at `root` alone: with a plan as JSON, with a page as markdown, or with a sentence about itself
 * when the prompt asks for neither.
 *
 * @throws if its own plan of the clone has no such page.
 */
export async function answer(prompt: string, root: string, watch: Watch): Promise<string> {
  if (!readPrompt(prompt)) return greeting
  const site = await writeSite(openRepository(root, watch))
  const planned = site.plan.navigation.flatMap(({ pages }) => pages)
  const question = readPrompt(
    prompt,
    planned.map(({ title }) => title),
  )
  if (question?.kind !== 'page') return JSON.stringify(site.plan, null, 2)
  const found = planned.find(({ title }) => title === question.title)
  if (!found) throw new Error(`it only writes the pages of its own plan, which has no page “${question.title}”`)
  return site.pages[found.slug] ?? ''
}

/** Writes all pages at once: reading the clone takes most of the time, and links depend on what is on other pages. */
export async function writeSite(repository: Repository): Promise<Site> {
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
