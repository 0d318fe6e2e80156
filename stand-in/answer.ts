import { openRepository, type Repository, type Watch } from './clone/repository.ts'
import { draftsOf } from './pages/contents.ts'
import { fallbackPage } from './pages/fallback.ts'
import { nameOf, taglineOf } from './pages/overview.ts'
import { openSite, type Site } from './pages/site.ts'
import { withUniqueTitles } from './pages/unique-titles.ts'
import type { Plan } from './plan.ts'
import { endMark, type ListedPage, type PageQuestion, readPrompt } from './prompt.ts'
import { finishPage } from './writing/page.ts'

const greeting = `This is docsfy’s stand-in for an AI CLI, not a model. It writes a page for a prompt that names it as The page: "<title>" and asks for ${endMark}; a prompt that doesn’t mention that mark gets a plan.`

/**
 * Answers a prompt from the clone at `root` alone: with a plan as JSON, with a page as markdown, or with a sentence about itself
 * when the prompt asks for neither.
 *
 * @throws if nothing in the clone is about the requested page.
 */
export async function answer(prompt: string, root: string, watch: Watch): Promise<string> {
  const question = readPrompt(prompt)
  if (!question) return greeting
  const repository = openRepository(root, watch)
  if (question.kind === 'plan') return JSON.stringify(await plan(openSite(repository, [])), null, 2)
  return await page(prompt, question, repository)
}

async function plan(site: Site): Promise<Plan> {
  const groups = Map.groupBy(withUniqueTitles(await draftsOf(site)), ({ group }) => group)
  return {
    project_name: nameOf(site),
    tagline: taglineOf(site),
    navigation: [...groups].map(([group, drafts]) => ({
      group,
      pages: drafts.map(({ slug, title, description }) => ({ slug, title, description })),
    })),
  }
}

async function page(prompt: string, { title, pages }: PageQuestion, repository: Repository) {
  const listed = pages.find((each) => each.title === title)
  if (listed) return await write(repository, pages, title, listed.slug)
  // The prompt doesn't list the page. Planning the same clone again gives the same plan, and so the page's slug.
  const planned = withUniqueTitles(await draftsOf(openSite(repository, [])))
  const own = readPrompt(
    prompt,
    planned.map((each) => each.title),
  )
  const found = planned.find((each) => own?.kind === 'page' && each.title === own.title)
  return found
    ? await write(repository, planned, found.title, found.slug)
    : await write(repository, pages, title, undefined)
}

async function write(repository: Repository, pages: ListedPage[], title: string, slug: string | undefined) {
  const site = openSite(repository, pages)
  const drafts = slug ? await draftsOf(site, slug) : []
  const draft = drafts.find((each) => each.slug === slug)
  return finishPage(title, draft ? await draft.write() : fallbackPage(site, title, slug))
}
