import anyAscii from 'any-ascii'
import { Plan, type PlannedPage } from '../../../shared/plan.ts'
import { Provider } from '../../../shared/variant.ts'
import { findJson } from './find-json.ts'
import { isWholeSite, type Outline, type OutlinedPage, readOutline } from './read-outline.ts'

/** A longer plan is cut. */
export const MAX_PAGES = 60

export interface ReadPlan {
  plan: Plan
  /** How many pages were cut from the end of the model's plan. */
  leftOut: number
}

/**
 * Extracts the plan from a model's answer, wherever it stands; of several plans, the last. Repairs its JSON, fills in what is missing,
 * shortens long texts, cuts a plan of more than {@link MAX_PAGES} pages, and makes the slugs flat, safe and unique.
 *
 * @param closed - closing brackets must not be missing: the answer may end anywhere
 * @returns the plan, or every problem, worded for the model to act on
 */
export function readPlan(text: string, project: string, closed = false): ReadPlan | { problems: string[] } {
  const found = findJson(text, (json) => hasPages(readOutline(json)))
  const whole = found.filter(({ cutOff }) => !cutOff).map(({ value }) => value)
  const outline = outlineIn(whole)
  if (found.some(({ open, cutOff }) => cutOff || (closed && open)))
    return { problems: ['The answer ends in the middle of the JSON object.'] }
  if (!outline) return { problems: [/[{[]\s*"?\w/.test(text) ? NO_PAGE : 'The answer contains no JSON object.'] }
  return planOf(outline, project)
}

const NO_PAGE = 'The answer contains no JSON object whose "navigation" lists at least one page.'

const hasPages = ({ groups }: Outline): boolean => groups.length > 0

/** The last object that describes a whole site, or else the last list, or else all separate groups together. */
function outlineIn(values: readonly unknown[]): Outline | undefined {
  const site = values.findLast(isWholeSite) ?? values.findLast(Array.isArray)
  if (site) return readOutline(site)
  return values.length > 0 ? readOutline(values) : undefined
}

function planOf({ projectName, tagline, groups }: Outline, project: string): ReadPlan {
  const taken = new Set<string>(RESERVED)
  let left = MAX_PAGES
  let leftOut = 0
  const navigation = groups.map(({ group, pages }) => {
    const kept = pages.slice(0, left)
    left -= kept.length
    leftOut += pages.length - kept.length
    return { group: shortened(group, LONGEST.name), pages: kept.map((page) => completed(page, taken)) }
  })
  const plan = Plan.parse({
    project_name: shortened(projectName || project, LONGEST.name),
    tagline: shortened(tagline, LONGEST.tagline),
    navigation: navigation.filter(({ pages }) => pages.length > 0),
  })
  return { plan, leftOut }
}

/** In characters. */
const LONGEST = { name: 200, tagline: 500, description: 2_000 }

function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text
  // Leaves no half of a surrogate pair.
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** Names that mean something else in a site's address: its start page, its assets, and the providers. */
const RESERVED = ['index', 'assets', ...Provider.options]

function completed({ slug, title, description }: OutlinedPage, taken: Set<string>): PlannedPage {
  return {
    slug: uniqueSlug(slugOf(slug) || slugOf(title) || 'page', taken),
    title: shortened(title || titleOf(slug), LONGEST.name),
    description: shortened(description, LONGEST.description),
  }
}

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
