import * as z from 'zod'
import { ForgeKind } from './forge.ts'
import { languageTag } from './language.ts'
import { Plan } from './plan.ts'
import { minutesAfter, now } from './time.ts'

/** The site that readers of a variant see: where its files are and what they document. `publish` switches it atomically. */
export const PublishedSite = z.object({
  /** Key prefix of the site's files in the bucket, ending with a slash. */
  prefix: z.string().min(1),
  generationId: z.uuid(),
  /** The scope in which its pages were stored. */
  pageScope: z.string().min(1),
  /** Key of the stored plan that it was made from, a digest of the plan's inputs. Sites of earlier versions lack it. */
  planKey: z.string().min(1).exactOptional(),
  commit: z.string().min(1),
  ref: z.string(),
  pageCount: z.int().nonnegative(),
  /** How many of its pages were taken over from before. Sites of earlier versions lack it. */
  keptPages: z.int().nonnegative().exactOptional(),
  /** Whether it has every page of the plan. */
  complete: z.boolean(),
  /** UTC ISO 8601. */
  publishedAt: z.iso.datetime(),
  /** Sites that this one has replaced, latest first. Their assets are served until then, for pages that are still open. */
  superseded: z.array(z.object({ prefix: z.string().min(1), until: z.iso.datetime() })).exactOptional(),
})
export type PublishedSite = z.infer<typeof PublishedSite>

/** The files of a site, and its plan. Written after them, so everything it lists was stored. */
export const SiteManifest = z.object({
  files: z.array(
    z.object({
      /** Its key, relative to the attempt that made the site. */
      name: z.string().min(1),
      /** Bytes. */
      size: z.int().nonnegative(),
      etag: z.string().min(1),
    }),
  ),
})
export type SiteManifest = z.infer<typeof SiteManifest>

/** How long the assets of a replaced site are still served, and for how many sites. */
const SERVED_MINUTES = 65
const SERVED_SITES = 30

/** The new site, with the former one added to `superseded`. */
export function replaceSite(former: PublishedSite | undefined, site: PublishedSite): PublishedSite {
  if (!former) return site
  const until = minutesAfter(now(), SERVED_MINUTES)
  const superseded = [{ prefix: former.prefix, until }, ...(former.superseded ?? []).filter(isServed)]
  return { ...site, superseded: superseded.slice(0, SERVED_SITES) }
}

/** The prefixes of replaced sites whose assets are still served. */
export const supersededPrefixes = ({ superseded = [] }: PublishedSite): string[] =>
  superseded.filter(isServed).map(({ prefix }) => prefix)

const isServed = ({ until }: { until: string }): boolean => until > now()

/** What the renderer needs in addition to the pages. */
export const SiteContext = z.object({
  plan: Plan,
  /** Where the repository can be browsed (`https://host/group/repo`), or null. */
  browseUrl: z.string().nullable(),
  /** What its host runs; if absent, the host's name tells it. */
  forge: ForgeKind.exactOptional(),
  commit: z.string().min(1),
  ref: z.string(),
  /** UTC ISO 8601. */
  generatedAt: z.iso.datetime(),
  /** Provider and model, for the footer: `claude / claude-opus-4-6[1m]`. */
  writtenBy: z.string(),
  /** The language that was asked for; if absent, it is told by the pages. */
  language: languageTag.exactOptional(),
  /** The colour of links and buttons, `#rgb` or `#rrggbb`; if absent, that of the theme. */
  accent: z
    .string()
    .regex(/^#(?:[\da-f]{3}|[\da-f]{6})$/)
    .exactOptional(),
  /** Whether search engines may list the site; if absent, they may not. */
  indexable: z.boolean().exactOptional(),
  /** The site's public address, ending with a slash, if it has one. */
  baseUrl: z.url().exactOptional(),
})
export type SiteContext = z.infer<typeof SiteContext>

/** A file of a rendered site. `path` is relative, with forward slashes; only assets are in a directory. */
export interface SiteFile {
  path: string
  body: string | Uint8Array
}
