/** What a finished page ends with, and what a prompt for a page asks for. */
export const endMark = '<!-- docsfy:end -->'

/** What stands before the title in a prompt for a page; a quotation mark follows the title. */
const beforeTitle = 'The page: "'

export interface ListedPage {
  slug: string
  title: string
}

/** A prompt for one page of a site; `pages` are those that it may link to. */
export interface PageQuestion {
  kind: 'page'
  title: string
  pages: ListedPage[]
}

/** What a prompt asks for. */
export type Question = { kind: 'plan' } | PageQuestion

/**
 * Reads a prompt by the one rule that every wording keeps: a prompt for a page names it as `The page: "<title>"` and asks for
 * the end mark; a prompt that doesn't mention the end mark asks for the plan.
 *
 * A title may contain quotation marks, so it is looked up among those that the prompt lists as `- [title](slug.md)` and
 * those in `titles`; the longest match wins. Any other title ends at the first quotation mark.
 *
 * @returns undefined for a prompt that asks for the end mark and names no page.
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
