import * as z from 'zod'
import { languageTag } from './language.ts'
import { RepoType } from './repo-type.ts'
import { visibleLine } from './visible-text.ts'

/** A page's name within a site: flat, lower case, and a safe file name everywhere. */
export const Slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'must be a-z, 0-9 and dashes, at most 80 characters')
export type Slug = z.infer<typeof Slug>

/** A model's words on one line. */
const line = z.string().overwrite(visibleLine).trim()

/**
 * What a page is there for: to say what something is, to lead to a goal, to list every detail, or to explain how something works. Each has
 * rules of its own for the writer.
 */
export const PageType = z.enum(['overview', 'guide', 'reference', 'concept'])
export type PageType = z.infer<typeof PageType>

/** A page of the plan, before it is written. */
export const PlannedPage = z.object({
  slug: Slug,
  title: line.min(1).max(200),
  /** What a reader finds on the page. */
  description: line.max(2_000).default(''),
  type: PageType.exactOptional(),
  /** What the page must cover. For the writer, never for readers. */
  brief: line.min(1).max(2_000).exactOptional(),
  /** Paths of the files that its writer must read. For the writer, never for readers. */
  files: z.array(z.string().min(1)).exactOptional(),
  /** Pages that it should link. For the writer, never for readers. */
  related: z.array(Slug).exactOptional(),
  /** The page that it belongs below, which itself belongs below no other. */
  parent: Slug.exactOptional(),
})
export type PlannedPage = z.infer<typeof PlannedPage>

/** A word that every page uses in the same sense. */
export const Term = z.object({ term: line.min(1).max(100), meaning: line.max(300) })
export type Term = z.infer<typeof Term>

/** The site's table of contents in reading order, and what all its pages have in common. */
export const Plan = z.object({
  project_name: line.min(1).max(200),
  tagline: line.max(500).default(''),
  /** What kind of repository the model takes it for. */
  repo_type: RepoType.exactOptional(),
  /** The language that its pages are written in. */
  language: languageTag.exactOptional(),
  /** What the project is, in a few sentences. */
  summary: line.max(2_000).exactOptional(),
  terms: z.array(Term).exactOptional(),
  navigation: z.array(z.object({ group: line.min(1).max(200), pages: z.array(PlannedPage).min(1) })).min(1),
})
export type Plan = z.infer<typeof Plan>

/** The plan as `plan_json` has it: without what is meant for the pages' writers. */
export const publicPlan = ({ project_name, tagline, navigation }: Plan): Plan => ({
  ...{ project_name, tagline },
  navigation: navigation.map(({ group, pages }) => ({
    group,
    pages: pages.map(({ slug, title, description }) => ({ slug, title, description })),
  })),
})

/** All pages of a plan in reading order. */
export const pagesOf = (plan: Plan): PlannedPage[] => plan.navigation.flatMap(({ pages }) => pages)
