import { posix } from 'node:path'
import type { Repository } from './repository.ts'

/** Tables of contents of MkDocs, VitePress, Docusaurus, Sphinx, docfx, mdBook, docsify, Fumadocs and Nextra. */
const tables = [
  /(^|\/)mkdocs\.ya?ml$/,
  /(^|\/)\.vitepress\/config\.[cm]?[jt]s$/,
  /(^|\/)sidebars?[\w.-]*\.([cm]?[jt]s|json)$/,
  /(^|\/)(SUMMARY|_sidebar)\.md$/,
  /(^|\/)toc\.ya?ml$/,
  /(^|\/)(meta|_meta)\.(json|[jt]sx?)$/,
  /^docs?\/(source\/)?index\.(rst|md)$/,
]

/**
 * Sorts documents as the project does: in the order of its tables of contents, then in the order in which its README mentions them, then
 * by the weight in their first lines, then by path.
 */
export function inDocsOrder(repository: Repository, paths: string[], readme: string | undefined): string[] {
  const isTable = (path: string) => tables.some((table) => table.test(path))
  const sources = [
    ...tables.flatMap((table) => repository.files.filter((path) => table.test(path)).sort(byDepth)),
    ...(readme ? [readme] : []),
    // An index lists the pages below it.
    ...paths.filter((path) => /(^|\/)index\.(md|rst|mdx)$/.test(path) && !isTable(path)),
  ]
  const listed = sources.flatMap((source) => mentionedIn(repository, source, paths))
  const rest = paths.toSorted((a, b) => weightOf(repository, a) - weightOf(repository, b))
  return [...new Set([...listed, ...rest])]
}

const byDepth = (a: string, b: string) => a.split('/').length - b.split('/').length

/** The documents that a text mentions, in its order: by path without extension, relative to its folder or to that of the documents. */
function mentionedIn(repository: Repository, source: string, paths: string[]): string[] {
  const text = repository.peek(source)?.text ?? ''
  const home = posix.dirname(source)
  const names = new Map<string, string>()
  for (const path of paths) {
    const bare = path.replace(/\.\w+$/, '')
    const parts = bare.split('/')
    for (const [at] of parts.entries()) {
      const end = parts.slice(at).join('/')
      const isOwn =
        posix.join(home, end) === bare || /^(docs?|content|src|source|website|site)$/i.test(parts[at - 1] ?? 'docs')
      for (const name of isOwn ? [end, end.replace(/(^|\/)(index|README)$/, '')] : [])
        if (name && !names.has(name)) names.set(name, path)
    }
  }
  return [...text.matchAll(/[\w./%-]{2,200}/g)].flatMap(([word]) => {
    const name = word
      .replace(/^[./]+/, '')
      .replace(/\/$/, '')
      .replace(/\.(mdx?|rst|html)$/, '')
    const found = names.get(name) ?? names.get(name.replace(/\/(index|README)$/, ''))
    // A folder has a table of its own.
    const nested = /toc\.ya?ml$/.test(source) ? posix.join(home, name, posix.basename(source)) : ''
    const below = nested !== source && repository.sizes.has(nested) ? mentionedIn(repository, nested, paths) : []
    return [...(found ? [found] : []), ...below]
  })
}

/** `weight`, `sidebar_position`, `order` or `nav_order` of the front matter. */
function weightOf(repository: Repository, path: string): number {
  const head = repository.peek(path)?.lines.slice(0, 15) ?? []
  const weight = head
    .map((line) => /^(?:weight|sidebar_position|order|nav_order): *(\d{1,6})/.exec(line)?.[1])
    .find(Boolean)
  return Number(weight ?? 1_000) + path.split('/').length
}
