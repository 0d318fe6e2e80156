import type { Page } from '../../shared/page.ts'
import type { SiteContext } from '../../shared/site.ts'
import type { SiteImage } from './images/take-images.ts'
import { languageFor, languageOf, type TextLanguage } from './text-language.ts'
import type { Texts } from './texts/en.ts'
import { textsIn } from './texts/texts.ts'

/** A site's pages in the order readers see them. */
export interface SiteMap {
  context: SiteContext
  groups: { group: string; pages: Page[] }[]
  /** Every page once, in reading order. */
  pages: Page[]
  language: TextLanguage
  /** What the site says around its pages, and the language of that. */
  texts: Texts
  textLanguage: string
  /** Whether it has a page that compares it with the site before. */
  hasChanges: boolean
  /** The project's own; without it, its name has an icon of ours. */
  logo: SiteImage | undefined
}

/**
 * Arranges the finished pages as planned. Leaves out planned pages that were not finished, groups without a finished page, and
 * pages that are not in the plan.
 */
export function mapSite(
  finished: readonly Page[],
  context: SiteContext,
  { hasChanges = false, logo }: Pick<Partial<SiteMap>, 'hasChanges' | 'logo'> = {},
): SiteMap {
  const bySlug = new Map(finished.map((page) => [page.slug, page]))
  const groups = context.plan.navigation
    .map(({ group, pages }) => ({ group, pages: pages.flatMap(({ slug }) => bySlug.get(slug) ?? []) }))
    .filter(({ pages }) => pages.length > 0)
  const pages = [...new Set(groups.flatMap((group) => group.pages))]
  const language = context.language ? languageFor(context.language) : languageOf(pages.map(({ markdown }) => markdown))
  const { texts, tag: textLanguage } = textsIn(language.tag)
  return { context, groups, pages, language, texts, textLanguage, hasChanges, logo }
}

/**
 * A page's file name. A slug that is reserved by the site (`index`, `404`, `what-changed`) or by Windows (`con`) gets an underscore. Slugs never contain
 * one, so two pages never share a file.
 */
export const fileOf = (slug: string): string => `${slug}${RESERVED.test(slug) ? '_' : ''}.html`

/** The file that has a page as markdown. */
export const markdownFileOf = (slug: string): string => fileOf(slug).replace(/html$/, 'md')

/** The page that compares a site with the one before. */
export const CHANGES_FILE = 'what-changed.html'

const RESERVED = /^(?:index|404|what-changed|con|prn|aux|nul|com\d|lpt\d)$/
