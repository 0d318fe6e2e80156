import { readPrompt } from '../../stand-in/prompt.ts'

/** What a prompt of the runner asks for. */
export type AskedFor = { kind: 'plan' } | { kind: 'page'; slug: string; title: string }

/** The title of a page in the plans that tests' scripts answer with: a prompt names a page by its title alone. */
export const titleOf = (slug: string): string => `About ${slug}`

/**
 * Reads a prompt for a plan, or for a page of a plan whose titles are those of {@link titleOf}.
 *
 * @throws for a prompt that asks for neither: the rule that prompts keep is broken.
 */
export function askedFor(prompt: string): AskedFor {
  const question = readPrompt(prompt)
  if (!question) throw new Error(`The prompt asks neither for a plan nor for a page: ${prompt}`)
  if (question.kind === 'plan') return question
  return { kind: 'page', slug: question.title.replace(titleOf(''), ''), title: question.title }
}
