import { parentPort } from 'node:worker_threads'
import { factsIn } from './page-facts.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { preparePage } from './prepare-page.ts'
import { renderSite } from './render-site.ts'
import { resolveLinks } from './resolve-links.ts'

/** Runs in a thread of its own: renders a page as it will be published, and answers with what is in it. */
parentPort?.on('message', async ({ markdown, slugs }: { markdown: string; slugs: string[] }) => {
  const page = { slug: 'page', title: 'Page', description: '', markdown, citations: [] }
  const plan = { project_name: 'Site', tagline: '', navigation: [{ group: 'Pages', pages: [page] }] }
  const context = {
    plan,
    browseUrl: null,
    commit: 'c',
    ref: '',
    generatedAt: '1970-01-01T00:00:00.000Z',
    writtenBy: '',
  }
  await renderSite([page], context)
  parentPort?.postMessage({ ...factsIn(parseMarkdown(markdown)), deadLinks: deadLinksOf(page, slugs, context) })
})

/** The links that lead nowhere, if every planned page exists. */
function deadLinksOf(
  page: Parameters<typeof preparePage>[0],
  slugs: string[],
  context: Parameters<typeof resolveLinks>[2],
) {
  const dead: string[] = []
  const prepared = preparePage(page)
  const others = slugs.map((slug) => [slug, { ...prepared, page: { ...page, slug }, ids: new Set<string>() }] as const)
  resolveLinks(prepared, new Map(others), context, (href) => dead.push(href))
  return dead
}
