import pLimit from 'p-limit'
import { type DomainError, isDomainError } from '../../shared/errors.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import type { Page, StoredPage } from '../../shared/page.ts'
import { type Plan, type PlannedPage, pagesOf } from '../../shared/plan.ts'
import type { AiSession } from '../ai/call/session.ts'
import { findFormer } from '../kept/former-page.ts'
import { sourcesOf } from '../kept/page-sources.ts'
import type { PlannedClone } from '../kept/planned-clone.ts'
import { type KnownParagraphs, openParagraphs, paragraphsOf } from '../review/repeated.ts'
import { maskPublished } from '../secrets/mask-published.ts'
import { openRenderingCheck } from '../site/check-rendering.ts'
import { repairPage, writePage } from './write-page.ts'

export interface WrittenPages {
  /** In the plan's order. */
  pages: Page[]
  failed: { slug: string; title: string; message: string }[]
}

/**
 * Writes every page of the plan that is not kept, several at a time. Each new page is stored as soon as it is written. A failed page doesn't hold up the others, unless they would all fail the same way: then no more are requested.
 */
export async function writePages(
  session: AiSession,
  record: GenerationRecord,
  { plan, kept }: { plan: Plan; kept: ReadonlyMap<string, StoredPage> },
  clone: PlannedClone,
  onPage: (page: Page, isNew: boolean) => void,
): Promise<WrittenPages> {
  const limit = pLimit(session.env.MAX_CONCURRENT_PAGES)
  const stop = new AbortController()
  const signal = AbortSignal.any([session.signal, stop.signal])
  const working = {
    ...session,
    signal,
    rendering: openRenderingCheck(),
    code: clone.code,
    paragraphs: openParagraphs(),
  }
  const failed: WrittenPages['failed'] = []
  let fatal: DomainError<'ai-failed'> | undefined
  const running = pagesOf(plan).map((page) => limit(async () => await settle(page)))
  // Waits for all of them even after a fatal failure: a CLI must not outlive the clone that it reads.
  const settled = await Promise.allSettled(running)
  const broken = settled.find(({ status }) => status === 'rejected')
  if (broken?.status === 'rejected') throw session.signal.aborted ? session.signal.reason : stop.signal.reason
  return { pages: settled.flatMap((page) => (page.status === 'fulfilled' ? (page.value ?? []) : [])), failed }

  async function settle(planned: PlannedPage): Promise<Page | undefined> {
    try {
      working.signal.throwIfAborted()
      const { page, isNew } = await obtainPage(planned)
      onPage(page, isNew)
      return page
    } catch (error) {
      if (isDomainError(error, 'ai-failed')) {
        if (error.details.everyCall) fatal ??= error
        failed.push({ slug: planned.slug, title: planned.title, message: error.message })
        return undefined
      }
      stop.abort(error)
      throw error
    }
  }

  async function obtainPage(planned: PlannedPage): Promise<{ page: Page; isNew: boolean }> {
    const stored = kept.get(planned.slug)
    if (stored && (!stored.toMend || fatal)) return { page: await maskAgain(working, stored), isNew: false }
    if (fatal) throw fatal
    const request = { record, plan, planned }
    const store = async (page: Page) => {
      const madeOf = { sources: sourcesOf(page, clone.tree), tree: clone.tree.id, generationId: record.generationId }
      await clone.work.putPage(planned, { ...page, ...madeOf })
      return page
    }
    const write = async () => await writePage(working, { ...request, former: await findFormer(planned, clone) })
    // What is paid for is stored before anything more is asked.
    const written = stored ? await maskAgain(working, stored) : await store(await write())
    const page = written.toMend && !fatal ? await store(await repairPage(working, request, written)) : written
    return { page, isNew: true }
  }
}

/** A stored page was masked with what was known then. */
async function maskAgain(session: AiSession & { paragraphs: KnownParagraphs }, page: Page): Promise<Page> {
  session.paragraphs.remember(page.slug, paragraphsOf(page.markdown))
  const { text: markdown, count } = await maskPublished(session, `page '${page.slug}'`, page.markdown)
  return count === 0 ? page : { ...page, markdown, maskedSecrets: (page.maskedSecrets ?? 0) + count }
}
