import * as z from 'zod'
import { visibleLine } from './visible-text.ts'

/** A page's name within a site: flat, lower case, and a safe file name everywhere. */
export const Slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'must be a-z, 0-9 and dashes, at most 80 characters')
export type Slug = z.infer<typeof Slug>

/** A model's words on one line. */
const line = z.string().overwrite(visibleLine).trim()

/** A page of the plan, before it is written. */
export const PlannedPage = z.object({
  slug: Slug,
  title: line.min(1).max(200),
  description: line.max(2_000).default(''),
  /** Paths of the files that its writer must read. For the writer, never for readers. */
  files: z.array(z.string().min(1)).exactOptional(),
})
export type PlannedPage = z.infer<typeof PlannedPage>

/** The site's table of contents in reading order, as returned by the model and as shown in `plan_json`. */
export const Plan = z.object({
  project_name: line.min(1).max(200),
  tagline: line.max(500).default(''),
  navigation: z.array(z.object({ group: line.min(1).max(200), pages: z.array(PlannedPage).min(1) })).min(1),
})
export type Plan = z.infer<typeof Plan>

/** The plan as readers may see it, without what is meant for the pages' writer. */
export const publicPlan = ({ navigation, ...plan }: Plan): Plan => ({
  ...plan,
  navigation: navigation.map(({ group, pages }) => ({ group, pages: pages.map(({ files, ...page }) => page) })),
})

/** All pages of a plan in reading order. */
export const pagesOf = (plan: Plan): PlannedPage[] => plan.navigation.flatMap(({ pages }) => pages)
