/** The last line of a finished page, which a page prompt asks for. */
export const endMark = '<!-- docsfy:end -->'

/** The text before the title in a page prompt. A quotation mark follows the title. */
const beforeTitle = 'The page: "'

export interface ListedPage {
  slug: string
  title: string
}

/** A prompt for one page of a site. `pages` are the pages it may link to. */
export interface PageQuestion {
  kind: 'page'
  title: string
  pages: ListedPage[]
}

/** What a prompt asks for. */
export type Question = { kind: 'plan' } | PageQuestion

/**
 * Reads a prompt. Whatever its wording, a page prompt names the page as `The page: "<title>"` and asks for the end mark. A prompt
 * that doesn't mention the end mark asks for the plan.
 *
 * A title may contain quotation marks, so it is first looked up among the titles that the prompt lists as `- [title](slug.md)`
 * and those in `titles`; the longest match wins. An unknown title ends at the first quotation mark.
 *
 * @returns undefined for a prompt that asks for the end mark but names no page.
 */
export function readPrompt(prompt: string, titles: readonly string[] = []): Question | undefined {
  if (!prompt.includes(endMark)) return { kind: 'plan' }
  const pages = listedPages(prompt)
  const title = titleIn(prompt, [...pages.map((page) => page.title), ...titles])
  return title ? { kind: 'page', title, pages } : undefined
}

const listedPages = (prompt: string): ListedPage[] =>
  [...prompt.matchAll(/^[-*] \[(.+)\]\(([a-z0-9][a-z0-9-]*)\.md\)\s*$/gm)].map(([, title = '', slug = '']) => ({
    slug,
    title,
  }))

function titleIn(prompt: string, known: string[]): string | undefined {
  const longestFirst = known.toSorted((a, b) => b.length - a.length)
  for (const { index } of prompt.matchAll(new RegExp(beforeTitle, 'g'))) {
    const start = index + beforeTitle.length
    const found = longestFirst.find((title) => prompt.startsWith(`${title}"`, start))
    if (found) return found
  }
  return new RegExp(`${beforeTitle}([^"\n]+)"`).exec(prompt)?.[1]
}
