import { z } from 'zod'
import { Plan } from './plan.ts'

/** What readers see now of a variant: where its files are and what they describe. Switched as a whole by `publish`. */
export const PublishedSite = z.object({
  /** Key prefix of the site's files in the bucket, ending with a slash. */
  prefix: z.string().min(1),
  generationId: z.uuid(),
  /** Under which its pages were stored. */
  pageScope: z.string().min(1),
  commit: z.string().min(1),
  ref: z.string(),
  pageCount: z.int().nonnegative(),
  /** Every page of the plan is there. */
  complete: z.boolean(),
  /** UTC ISO 8601. */
  publishedAt: z.iso.datetime(),
})
export type PublishedSite = z.infer<typeof PublishedSite>

/** What the renderer needs to know beside the pages. */
export const SiteContext = z.object({
  plan: Plan,
  /** Where the repository can be browsed (`https://host/group/repo`), or null when it has no such place. */
  browseUrl: z.string().nullable(),
  commit: z.string().min(1),
  ref: z.string(),
  /** UTC ISO 8601. */
  generatedAt: z.iso.datetime(),
  /** Who wrote the pages, for the footer: `claude / claude-opus-4-6[1m]`. */
  writtenBy: z.string(),
})
export type SiteContext = z.infer<typeof SiteContext>

/** One file of a rendered site; `path` is relative, with forward slashes, and flat but for assets. */
export interface SiteFile {
  path: string
  body: string | Uint8Array
}
