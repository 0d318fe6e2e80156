import type { SourceRange } from '../../shared/page.ts'
import { visibleText } from '../../shared/visible-text.ts'
import type { Fault } from '../review/check-citation.ts'
import { checkCitations } from '../review/check-citations.ts'
import { type CitableFiles, openFiles } from '../review/clone-files.ts'
import type { CodeIndex } from '../review/code-index.ts'
import { unknownCommands } from '../review/commands.ts'
import { openParagraphs } from '../review/repeated.ts'
import { unsourced } from '../review/review-page.ts'
import type { PublishedPage, SiteOnDisk } from './read-site.ts'

/** A citation that is wrong. */
export interface WrongCitation {
  page: string
  range: SourceRange
  text: string
  fault: Fault
  /** Where the repository has what it shows, if that is clear. */
  place?: SourceRange
  /** The page says that it is not verified. */
  isMarked: boolean
}

export interface OnPage {
  page: string
  text: string
}

/** What a site is worth, as far as it can be told without a model. */
export interface Evaluation {
  commit: string | undefined
  pages: number
  citations: number
  /** The same file has elsewhere what these show. */
  off: WrongCitation[]
  wrong: WrongCitation[]
  sections: number
  /** Sections that say much and cite nothing. */
  unsourced: OnPage[]
  empty: OnPage[]
  deadLinks: OnPage[]
  /** Options and commands that the code doesn't have. */
  commands: OnPage[]
  /** Paragraphs that an earlier page has too. */
  repeated: (OnPage & { on: string })[]
  /** Names that the code lets others use, and how many of them some page names. */
  exported: { names: number; mentioned: number; missing: string[] }
}

/** What a site is held against. */
export interface Repository {
  folder: string
  code: CodeIndex
  /** Masks a text as it is masked on pages. */
  mask(text: string): Promise<string>
}

/** Judges a published site by the repository that it documents. */
export async function evaluate(site: SiteOnDisk, repository: Repository): Promise<Evaluation> {
  const { code } = repository
  const pages = site.pages.filter(({ facts }) => facts.sections.some(({ isEmpty }) => !isEmpty))
  const paragraphs = openParagraphs()
  const repeated = pages.flatMap(({ file, facts }) => {
    const found = paragraphs.repeatedIn(file, facts.paragraphs)
    paragraphs.remember(file, facts.paragraphs)
    return found.map(({ text, on }) => ({ page: file, text, on }))
  })
  const faults = (await Promise.all(pages.map(async (page) => await wrongCitations(page, repository)))).flat()
  const inPages = (find: (page: PublishedPage) => string[]): OnPage[] =>
    pages.flatMap((page) => find(page).map((text) => ({ page: page.file, text })))
  const titled = pages.flatMap(({ facts }) => facts.sections.filter(({ title }) => title !== ''))
  return {
    commit: site.commit,
    pages: pages.length,
    citations: pages.reduce((all, { facts }) => all + facts.cited.length, 0),
    off: faults.filter(isOff),
    wrong: faults.filter((fault) => !isOff(fault)),
    sections: titled.length,
    unsourced: inPages(({ facts }) => unsourced(facts.sections).map(({ title }) => title)),
    empty: inPages(({ facts }) =>
      facts.sections.filter(({ isEmpty, title }) => isEmpty && title !== '').map(({ title }) => title),
    ),
    deadLinks: deadLinksIn(site),
    commands: inPages(({ facts }) => unknownCommands(facts, code).map(({ text }) => text)),
    repeated,
    exported: mentionsOf(pages, code),
  }
}

const isOff = ({ range, place }: WrongCitation): boolean =>
  place !== undefined && range.startLine !== undefined && place.path === range.path

async function wrongCitations(
  { file, facts, marked }: PublishedPage,
  repository: Repository,
): Promise<WrongCitation[]> {
  const { folder, code, mask } = repository
  // Published excerpts show control characters as signs.
  const verdicts = await checkCitations(facts.cited, { files: visibly(openFiles(folder)), code, mask })
  return facts.cited.flatMap(({ range, text }, index) => {
    const { fault, place } = verdicts[index] ?? {}
    const isMarked = marked[index] ?? false
    return fault ? [{ page: file, range, text, fault, ...(place ? { place } : {}), isMarked }] : []
  })
}

const visibly = ({ readLines, isFolder }: CitableFiles): CitableFiles => ({
  isFolder,
  readLines: async (path) => (await readLines(path))?.map(visibleText),
})

/** Links, of pages and of the navigation, that lead to no file of the site, or to no place of a page. */
function deadLinksIn({ pages, files }: SiteOnDisk): OnPage[] {
  const ids = new Map(pages.map((page) => [page.file, page.ids]))
  return pages.flatMap(({ file, links }) => {
    const dead = links.filter(({ href }) => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return false
      const [path = '', fragment] = href.split('#')
      const target = path === '' ? file : decode(path.replace(/^\.\//, ''))
      return !files.has(target) || (fragment !== undefined && fragment !== '' && !hasId(ids.get(target), fragment))
    })
    return dead.map(({ href }) => ({ page: file, text: href }))
  })
}

const hasId = (ids: ReadonlySet<string> | undefined, fragment: string): boolean =>
  ids?.has(fragment) === true || ids?.has(decode(fragment)) === true

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A name counts as mentioned if a page has it in code, whatever else the code says. */
function mentionsOf(pages: readonly PublishedPage[], code: CodeIndex): Evaluation['exported'] {
  const mentioned = new Set<string>()
  for (const { facts } of pages) {
    const texts = [
      ...facts.codes,
      ...facts.blocks.flatMap(({ lines }) => lines),
      ...facts.cited.map(({ text }) => text),
      ...facts.sections.map(({ title }) => title),
    ]
    for (const text of texts) for (const name of text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []) mentioned.add(name)
  }
  const names = [...code.exported.keys()]
  const missing = names.filter((name) => !mentioned.has(name)).toSorted()
  return { names: names.length, mentioned: names.length - missing.length, missing }
}
