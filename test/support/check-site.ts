import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSourceRange } from '../../shared/page.ts'
import { all, elementsOf, type Node, readHtml, textOf } from './read-html.ts'

export interface SiteReport {
  /** HTML files. */
  pages: string[]
  excerpts: number
  internalLinks: number
  /** Whatever is not as it must be, in words. */
  problems: string[]
}

/** Checks a site folder against the repository it documents: every excerpt is verbatim, every internal link leads somewhere. */
export function checkSite(site: string, repository: string): SiteReport {
  const pages = readdirSync(site).filter((file) => file.endsWith('.html'))
  const trees = new Map(pages.map((page) => [page, readHtml(readFileSync(join(site, page), 'utf8'))]))
  const report: SiteReport = { pages, excerpts: 0, internalLinks: 0, problems: [] }
  for (const [page, tree] of trees) {
    for (const figure of all(tree, 'figure')) checkExcerpt(page, figure, repository, report)
    for (const element of elementsOf(tree)) checkReference(page, element, { site, trees }, report)
  }
  return report
}

function checkExcerpt(page: string, figure: Node, repository: string, report: SiteReport): void {
  const range = parseSourceRange(figure.attributes['data-source'] ?? '')
  if (!range) return
  report.excerpts++
  const lines = readFileSync(join(repository, range.path), 'utf8').split(/\r?\n/)
  const expected = lines.slice((range.startLine ?? 1) - 1, range.endLine).join('\n')
  const code = all(figure, 'code').at(-1)
  if (!code || textOf(code).replace(/\n$/, '') !== expected) {
    report.problems.push(`${page}: the excerpt of ${figure.attributes['data-source']} is not verbatim`)
  }
}

function checkReference(
  page: string,
  { tag, attributes }: Node,
  { site, trees }: { site: string; trees: ReadonlyMap<string, Node> },
  report: SiteReport,
): void {
  const reference = attributes.href ?? attributes.src
  if (reference === undefined || /^(https?|mailto):/.test(reference)) return
  report.internalLinks++
  const [file = '', anchor] = reference.split('#')
  const target = file.replace(/^\.\//, '') || page
  if (target.startsWith('/') || target.includes('..') || !existsSync(join(site, target))) {
    report.problems.push(`${page}: <${tag}> names ${reference}, which is not there`)
    return
  }
  const tree = trees.get(target)
  if (anchor && !(tree && elementsOf(tree).some((element) => element.attributes.id === decodeURIComponent(anchor)))) {
    report.problems.push(`${page}: ${reference} has no such anchor`)
  }
}
