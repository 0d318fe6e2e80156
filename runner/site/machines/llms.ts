import { visibleLine } from '../../../shared/visible-text.ts'
import type { PreparedPage } from '../prepare-page.ts'
import { markdownFileOf, type SiteMap } from '../site-map.ts'

/** `llms.txt` (llmstxt.org): what the project is, and each page's markdown with what it is about. */
export function llmsText({ context, groups }: SiteMap, pages: ReadonlyMap<string, PreparedPage>): string {
  const { project_name, tagline } = context.plan
  const entry = ({ slug, title }: { slug: string; title: string }) => {
    const lead = pages.get(slug)?.lead ?? ''
    const link = `[${visibleLine(title).replaceAll(/[[\]\\]/g, '\\$&')}](${context.baseUrl ?? ''}${markdownFileOf(slug)})`
    return `- ${link}${lead === '' ? '' : `: ${visibleLine(lead)}`}`
  }
  const sections = groups.map(
    ({ group, pages: listed }) => `## ${visibleLine(group)}\n\n${listed.map(entry).join('\n')}`,
  )
  return `${[`# ${project_name}`, ...(tagline === '' ? [] : [`> ${tagline}`]), ...sections].join('\n\n')}\n`
}

/** `llms-full.txt`: all pages in reading order. */
export const llmsFullText = ({ context }: SiteMap, markdowns: readonly string[]): string =>
  `${[`# ${context.plan.project_name}`, ...markdowns.map((markdown) => markdown.trim())].join('\n\n---\n\n')}\n`
