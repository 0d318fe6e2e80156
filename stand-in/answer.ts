import { headCommit } from './clone/clone-names.ts'
import type { Watch } from './clone/repository.ts'
import { endMark, readPrompt } from './prompt.ts'
import { sharedSite } from './shared-site.ts'

const greeting = `This is docsfy’s stand-in for an AI CLI, not a model. It writes a page for a prompt that names it as The page: "<title>" and asks for ${endMark}; a prompt that doesn’t mention that mark gets a plan.`

/**
 * Answers a prompt from the clone at `root` alone: with a plan as JSON, with a page as markdown, or with a sentence about itself
 * when the prompt asks for neither.
 *
 * @throws if its own plan of the clone has no such page.
 */
export async function answer(prompt: string, root: string, watch: Watch): Promise<string> {
  if (!readPrompt(prompt)) return greeting
  // Loaded late: a call that finds the site made needs no grammar and no parser.
  const site = await sharedSite(headCommit(root), async () => (await import('./write-site.ts')).writeSite(root, watch))
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
