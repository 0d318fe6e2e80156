import type { Bucket } from '../../shared/aws/clients.ts'
import { getText } from '../../shared/aws/site-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import type { Log } from '../../shared/log.ts'
import { planKeyOfSite } from '../../shared/object-keys.ts'
import { Plan, pagesOf } from '../../shared/plan.ts'
import type { FormerPage, FormerSite } from '../site/changes/former-site.ts'
import { markdownFileOf } from '../site/site-map.ts'
import { readStored } from './read-stored.ts'

/**
 * Reads the pages of the site that readers see now, as they were published; undefined if there is none of this repository, or none
 * whose pages can be read. What is known as a secret by now is masked.
 */
export async function readFormerSite(
  bucket: Bucket,
  { published, publishedUrl, repoUrl }: GenerationRecord,
  { mask, log }: { mask: (text: string) => Promise<string>; log: Log },
): Promise<FormerSite | undefined> {
  if (!published || publishedUrl !== repoUrl) return undefined
  const plan = await readStored(bucket, planKeyOfSite(published.prefix), Plan, log)
  const read = async ({ slug, title }: { slug: string; title: string }): Promise<FormerPage[]> => {
    const markdown = await getText(bucket, published.prefix + markdownFileOf(slug))
    return markdown === undefined ? [] : [{ slug, title: await mask(title), markdown: await mask(markdown) }]
  }
  const pages = plan ? (await Promise.all(pagesOf(plan).map(read))).flat() : []
  return pages.length === 0 ? undefined : { commit: published.commit, publishedAt: published.publishedAt, pages }
}
