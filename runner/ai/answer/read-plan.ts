import anyAscii from 'any-ascii'
import { languageTag } from '../../../shared/language.ts'
import { parseSourceRange } from '../../../shared/page.ts'
import { PageType, Plan, type PlannedPage, pagesOf, type Term } from '../../../shared/plan.ts'
import { RepoType } from '../../../shared/repo-type.ts'
import { Provider } from '../../../shared/variant.ts'
import { findJson } from './find-json.ts'
import { placePages } from './place-pages.ts'
import { isWholeSite, type Outline, type OutlinedPage, readOutline } from './read-outline.ts'

/** A longer plan is cut. */
export const MAX_PAGES = 60

export interface ReadPlan {
  plan: Plan
  /** How many pages were cut from the end of the model's plan. */
  leftOut: number
  /** Pages that the answer wants written again (undefined if it has no such list), and those it wants removed. */
  rewrite: string[] | undefined
  remove: string[]
}

/**
 * Extracts the plan from a model's answer, wherever it stands; of several plans, the last. Repairs its JSON, fills in what is missing,
 * shortens long texts, cuts a plan of more than {@link MAX_PAGES} pages, and makes the slugs flat, safe and unique.
 *
 * @param closed - closing brackets must not be missing: the answer may end anywhere
 * @param former - the plan that the answer brings up to date: what it doesn't say of a page stays
 * @returns the plan, or every problem, worded for the model to act on
 */
export function readPlan(
  text: string,
  project: string,
  closed = false,
  former?: Plan,
): ReadPlan | { problems: string[] } {
  const found = findJson(text, (json) => hasPages(readOutline(json)))
  const whole = found.filter(({ cutOff }) => !cutOff).map(({ value }) => value)
  const outline = outlineIn(whole)
  if (found.some(({ open, cutOff }) => cutOff || (closed && open)))
    return { problems: ['The answer ends in the middle of the JSON object.'] }
  if (!outline) return { problems: [/[{[]\s*"?\w/.test(text) ? NO_PAGE : 'The answer contains no JSON object.'] }
  return planOf(outline, project, former)
}

const NO_PAGE = 'The answer contains no JSON object whose "navigation" lists at least one page.'

const hasPages = ({ groups }: Outline): boolean => groups.length > 0

/** The last object that describes a whole site, or else the last list, or else all separate groups together. */
function outlineIn(values: readonly unknown[]): Outline | undefined {
  const site = values.findLast(isWholeSite) ?? values.findLast(Array.isArray)
  if (site) return readOutline(site)
  return values.length > 0 ? readOutline(values) : undefined
}

function planOf(outline: Outline, project: string, former?: Plan): ReadPlan {
  const { projectName, tagline, groups, rewrite, remove = [] } = outline
  const known = new Map(former && pagesOf(former).map((page) => [page.slug, page]))
  const taken = new Set<string>(RESERVED)
  let left = MAX_PAGES
  let leftOut = 0
  const navigation = groups.map(({ group, pages }) => {
    // What is cut is not looked at: finding a free slug takes the longer the more pages have the same.
    const listed = pages.slice(0, left)
    const kept = listed.flatMap((page) => updated(page, known, taken) ?? completed(page, taken))
    left -= listed.length
    leftOut += pages.length - listed.length
    return { group: shortened(group, LONGEST.name), pages: kept }
  })
  const plan = Plan.parse({
    project_name: shortened(projectName || former?.project_name || project, LONGEST.name),
    tagline: shortened(tagline || former?.tagline || '', LONGEST.tagline),
    ...sharedBy(outline, former),
    navigation: navigation.filter(({ pages }) => pages.length > 0),
  })
  return { plan: placePages(plan), leftOut, rewrite: rewrite?.map(slugOf), remove: remove.map(slugOf) }
}

/** What all pages have in common. Words that pages have used before keep their meaning. */
function sharedBy({ repoType, language, summary, terms }: Outline, former?: Plan): Partial<Plan> {
  const type = RepoType.safeParse(repoType.toLowerCase()).data ?? former?.repo_type
  const tag = languageTag.safeParse(language).data ?? former?.language
  const text = shortened(summary, LONGEST.description) || former?.summary
  const words = uniqueTerms([...(former?.terms ?? []), ...terms])
  return {
    ...(type ? { repo_type: type } : {}),
    ...(tag ? { language: tag } : {}),
    ...(text ? { summary: text } : {}),
    ...(words.length > 0 ? { terms: words } : {}),
  }
}

/** Each word once, in its first sense. More of them would fill every prompt. */
function uniqueTerms(terms: readonly Term[]): Term[] {
  const known = new Map<string, Term>()
  for (const { term, meaning } of terms)
    if (!known.has(term.toLowerCase()))
      known.set(term.toLowerCase(), {
        term: shortened(term, LONGEST.term),
        meaning: shortened(meaning, LONGEST.meaning),
      })
  return [...known.values()].slice(0, MOST_TERMS)
}

const MOST_TERMS = 30

/** A page of the former plan with what the answer says of it; undefined for another page, and nothing for one that is listed again. */
function updated(
  page: OutlinedPage,
  known: ReadonlyMap<string, PlannedPage>,
  taken: Set<string>,
): PlannedPage[] | undefined {
  const former = known.get(slugOf(page.slug || page.title))
  if (!former) return undefined
  if (taken.has(former.slug)) return []
  taken.add(former.slug)
  // In a list of bare names, the slug is read as a title.
  const title = page.slug ? page.title : ''
  const changed = { ...page, title: title || former.title, description: page.description || former.description }
  return [{ ...former, ...textsOf(changed), ...notesOf(page) }]
}

/** In characters. */
const LONGEST = { name: 200, tagline: 500, description: 2_000, term: 100, meaning: 300 }

function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text
  // Leaves no half of a surrogate pair.
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** Names that mean something else in a site's address: its start page, its assets, and the providers. */
const RESERVED = ['index', 'assets', ...Provider.options]

function completed(page: OutlinedPage, taken: Set<string>): PlannedPage {
  const slug = uniqueSlug(slugOf(page.slug) || slugOf(page.title) || 'page', taken)
  return { slug, ...textsOf(page), ...notesOf(page) }
}

/** What a page of the plan says to its writer, as far as it says anything. */
function notesOf({ type, brief, files, related, parent }: OutlinedPage): Partial<PlannedPage> {
  const known = PageType.safeParse(type.toLowerCase()).data
  const above = slugOf(parent)
  return {
    ...(known ? { type: known } : {}),
    ...(brief ? { brief: shortened(brief, LONGEST.description) } : {}),
    ...(files ? { files: pathsOf(files) } : {}),
    ...(related ? { related: related.map(slugOf).filter(Boolean) } : {}),
    ...(above ? { parent: above } : {}),
  }
}

const textsOf = ({ slug, title, description }: OutlinedPage): Pick<PlannedPage, 'title' | 'description'> => ({
  title: shortened(title || titleOf(slug), LONGEST.name),
  description: shortened(description, LONGEST.description),
})

/** Files of the repository, each once, without the lines that a model may name. More than these are no choice. */
function pathsOf(files: readonly string[]): string[] {
  const paths = files.flatMap((file) => parseSourceRange(file)?.path ?? [])
  return [...new Set(paths)].slice(0, MAX_FILES)
}

const MAX_FILES = 30

/** `getting-started` is "Getting started". */
function titleOf(slug: string): string {
  const words = slug.replaceAll(/[-_/\s]+/g, ' ').trim() || slug
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function uniqueSlug(base: string, taken: Set<string>): string {
  let slug = base
  for (let number = 2; taken.has(slug); number++) slug = `${base.slice(0, 70)}-${number}`
  taken.add(slug)
  return slug
}

/** Letters of other scripts become Latin ones: a reader sees the slug in the address. */
const slugOf = (text: string): string =>
  anyAscii(text.slice(0, LONGEST.name))
    .toLowerCase()
    .replace(/\.(md|mdx|html?)$/, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|(?<!-)-+$/g, '')
    .slice(0, 80)
    .replace(/(?<!-)-+$/, '')
