import anyAscii from 'any-ascii'
import { type Document, guideFiles, projectReadme, readDocument } from '../clone/documents.ts'
import type { Repository } from '../clone/repository.ts'
import { type Block, type Inline, link } from '../writing/nodes.ts'

/** A page that there is material for. It is only written on request. */
export interface Draft {
  group: string
  slug: string
  title: string
  description: string
  /** The path of the document that the page shows, if any. */
  document?: string
  write(): Block[] | Promise<Block[]>
}

/** What all pages of a run share: the clone, its README, and the pages that may be linked. */
export interface Site {
  repository: Repository
  readonly readme: Document | undefined
  /** The pages that may be linked. */
  planned: { slug: string; title: string }[]
  /** A link to a page of the plan, or just the text if the plan has no such page. */
  see(slug: string, text: string): Inline
  titleOf(slug: string): string | undefined
  isPlanned(slug: string): boolean
  read(path: string): Document | undefined
}

/** Opens a site over a clone. Only pages in `planned` are linked. */
export function openSite(repository: Repository, planned: { slug: string; title: string }[]): Site {
  const titles = new Map(planned.map(({ slug, title }) => [slug, title]))
  const guides = new Map(guideFiles(repository).map((path) => [path, slugOf('guide', path.replace(/^docs?\//i, ''))]))
  const isPlanned = (slug: string) => titles.has(slug)
  const pageOf = (path: string) => {
    const slug = guides.get(path)
    return slug && isPlanned(slug) ? `${slug}.md` : undefined
  }
  const read = (path: string) => readDocument(repository, path, pageOf)
  let readme: { document: Document | undefined } | undefined
  return {
    repository,
    planned,
    // Lazy: only some pages quote it, and a long one takes a while to read.
    get readme() {
      readme ??= { document: read(projectReadme(repository) ?? '') }
      return readme.document
    },
    see: (slug, text) => (isPlanned(slug) ? link(`${slug}.md`, text) : text),
    isPlanned,
    titleOf: (slug) => titles.get(slug),
    read,
  }
}

/** Makes a slug from a path or a name: lower case, Latin letters, dashes, at most 80 characters. */
export function slugOf(prefix: string, name: string): string {
  const words = anyAscii(name.replace(/\.\w+$/, ''))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return `${prefix}-${words || 'top'}`.slice(0, 80).replace(/-$/, '')
}

/** Collapses line breaks and repeated white space. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** `1 file`, `2 files`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
