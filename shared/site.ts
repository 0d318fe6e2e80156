import * as z from 'zod'
import { Plan } from './plan.ts'
import { minutesAfter, now } from './time.ts'

/** What readers see now of a variant: where its files are and what they describe. Switched as a whole by `publish`. */
export const PublishedSite = z.object({
  /** Key prefix of the site's files in the bucket, ending with a slash. */
  prefix: z.string().min(1),
  generationId: z.uuid(),
  /** Under which its pages were stored. */
  pageScope: z.string().min(1),
  /** Of the stored plan that it was made from: tells all that the plan depends on. Sites of earlier versions lack it. */
  planKey: z.string().min(1).exactOptional(),
  commit: z.string().min(1),
  ref: z.string(),
  pageCount: z.int().nonnegative(),
  /** Every page of the plan is there. */
  complete: z.boolean(),
  /** UTC ISO 8601. */
  publishedAt: z.iso.datetime(),
  /** Sites that this one has replaced, the latest first; whoever reads a page of theirs finds its assets until then. */
  superseded: z.array(z.object({ prefix: z.string().min(1), until: z.iso.datetime() })).exactOptional(),
})
export type PublishedSite = z.infer<typeof PublishedSite>

/** What a site's readers need: each of its files, and its plan. Written after them, so whatever is in it was there. */
export const SiteManifest = z.object({
  files: z.array(
    z.object({
      /** Its key below the attempt that made the site. */
      name: z.string().min(1),
      /** Bytes. */
      size: z.int().nonnegative(),
      etag: z.string().min(1),
    }),
  ),
})
export type SiteManifest = z.infer<typeof SiteManifest>

/** For how long the assets of a replaced site are still served, and of how many sites. */
const SERVED_MINUTES = 65
const SERVED_SITES = 30

/** A site as it is published now, in place of a former one. */
export function replacing(former: PublishedSite | undefined, site: PublishedSite): PublishedSite {
  if (!former) return site
  const until = minutesAfter(now(), SERVED_MINUTES)
  const superseded = [{ prefix: former.prefix, until }, ...(former.superseded ?? []).filter(isServed)]
  return { ...site, superseded: superseded.slice(0, SERVED_SITES) }
}

/** Where the assets of replaced sites lie that may still be asked for. */
export const formerPrefixes = ({ superseded = [] }: PublishedSite): string[] =>
  superseded.filter(isServed).map(({ prefix }) => prefix)

const isServed = ({ until }: { until: string }): boolean => until > now()

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
