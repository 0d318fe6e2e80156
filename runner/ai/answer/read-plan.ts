import * as z from 'zod'
import { Plan, type PlannedPage, pagesOf } from '../../../shared/plan.ts'
import { Provider } from '../../../shared/variant.ts'

/** The plan as the model sends it, before its slugs are cleaned up. */
const AnsweredPlan = z.object({
  ...Plan.shape,
  navigation: z
    .array(
      z.object({
        group: z.string().trim().min(1).max(200),
        pages: z.array(
          z.object({
            slug: z.string().default(''),
            title: z.string().trim().min(1).max(200),
            description: z.string().trim().max(2_000).default(''),
          }),
        ),
      }),
    )
    .min(1),
})

const MAX_PAGES = 60

/**
 * Extracts the plan from a model's answer, which may wrap it in a code fence or in prose. Makes the slugs flat, safe and unique.
 *
 * @returns the plan, or every problem, worded for the model to act on
 */
export function readPlan(text: string): { plan: Plan } | { problems: string[] } {
  const json = jsonIn(text)
  if (json === undefined) return { problems: ['The answer contains no JSON object.'] }
  const answered = AnsweredPlan.safeParse(json)
  if (!answered.success) {
    return {
      problems: answered.error.issues.map(({ path, message }) => `${path.join('.') || 'the object'}: ${message}`),
    }
  }
  const count = pagesOf(answered.data).length
  if (count === 0) return { problems: ['The plan has no pages.'] }
  if (count > MAX_PAGES) return { problems: [`The plan has ${count} pages; at most ${MAX_PAGES} are allowed.`] }
  const taken = new Set<string>(RESERVED)
  const navigation = answered.data.navigation
    .map(({ group, pages }) => ({ group, pages: pages.map((page) => withSlug(page, taken)) }))
    .filter(({ pages }) => pages.length > 0)
  return { plan: Plan.parse({ ...answered.data, navigation }) }
}

function jsonIn(text: string): unknown {
  const start = text.indexOf('{')
  const end = text.lastIndexOf('}')
  try {
    return start < 0 ? undefined : JSON.parse(text.slice(start, end + 1))
  } catch {
    return undefined
  }
}

/** Reserved in a site's URL: its start page, its assets, and the providers. */
const RESERVED = ['index', 'assets', ...Provider.options]

function withSlug(page: PlannedPage, taken: Set<string>): PlannedPage {
  const base = slugOf(page.slug) || slugOf(page.title) || 'page'
  let slug = base
  for (let number = 2; taken.has(slug); number++) slug = `${base.slice(0, 70)}-${number}`
  taken.add(slug)
  return { ...page, slug }
}

const slugOf = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80)
    .replace(/-+$/, '')
