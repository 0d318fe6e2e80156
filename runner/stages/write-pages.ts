import { lstat, readFile, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import pLimit from 'p-limit'
import type { Bucket } from '../../shared/aws/clients.ts'
import { putObject } from '../../shared/aws/site-store.ts'
import { DomainError, isDomainError } from '../../shared/errors.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { storedPageKey } from '../../shared/object-keys.ts'
import { Page } from '../../shared/page.ts'
import { type PlannedPage, pagesOf } from '../../shared/plan.ts'
import { pagePrompt } from '../ai/answer/prompts.ts'
import { readPage } from '../ai/answer/read-page.ts'
import { askWithRetries } from '../ai/call/retries.ts'
import type { AiSession } from '../ai/call/session.ts'
import { isCredentialFile } from '../files/credential-files.ts'
import { maskPublished } from '../secrets/mask-published.ts'
import { openRenderingCheck, type RenderingCheck } from '../site/check-rendering.ts'
import { verifyRanges } from '../site/citations.ts'
import { decodeText } from './decode-text.ts'
import type { StoredPlan } from './plan.ts'
import { readStored } from './read-stored.ts'

const MAX_TURNS = 30

export interface WrittenPages {
  /** In the plan's order. */
  pages: Page[]
  failed: { slug: string; title: string; message: string }[]
}

/**
 * Writes every page of the plan, several at a time. Pages already paid for come from the store; each new page is stored as soon
 * as it is written. A failed page doesn't hold up the others, unless they would all fail the same way: then no more are requested.
 */
export async function writePages(
  session: AiSession,
  bucket: Bucket,
  record: GenerationRecord,
  { plan, planKey }: StoredPlan,
  onPage: (page: Page, isNew: boolean) => void,
): Promise<WrittenPages> {
  const limit = pLimit(session.env.MAX_CONCURRENT_PAGES)
  const stop = new AbortController()
  const working = {
    ...session,
    rendering: openRenderingCheck(),
    signal: AbortSignal.any([session.signal, stop.signal]),
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
    const key = storedPageKey(planKey, planned)
    const stored = await readStored(bucket, key, Page, session.log)
    if (stored) return { page: await maskAgain(working, stored), isNew: false }
    if (fatal) throw fatal
    const page = await writePage(working, record, pagesOf(plan), planned)
    await putObject(bucket, key, JSON.stringify(page), 'application/json')
    return { page, isNew: true }
  }
}

/** The pages of one generation share a thread that renders them. */
type PageSession = AiSession & { rendering: RenderingCheck }

async function writePage(
  session: PageSession,
  record: GenerationRecord,
  pages: readonly PlannedPage[],
  planned: PlannedPage,
): Promise<Page> {
  const subject = { project: record.name, repoType: record.repoType }
  const label = `page '${planned.slug}'`
  const prompt = pagePrompt(subject, planned, pages)
  const check = (texts: readonly string[]) => readPage(texts, planned.title)
  const answer = await askWithRetries(session, prompt, { label, maxTurns: MAX_TURNS, check })
  const { text: markdown, count } = await maskPublished(session, label, answer)
  const readLines = async (path: string) => await linesOf(session.cwd, path)
  const mask = async (text: string) => (await session.secrets.mask(text)).text
  const cited = await session.rendering.citedRanges(markdown)
  if (!cited) throw new DomainError('ai-failed', { message: tooSlow(session) })
  const citations = await verifyRanges(cited, readLines, mask)
  return Page.parse({ ...planned, markdown, citations, ...(count > 0 ? { maskedSecrets: count } : {}) })
}

const tooSlow = ({ provider }: AiSession): string =>
  `${provider}'s page takes too long, or too much memory, to render. Try again, or use another model`

/** A stored page was masked with what was known then. */
async function maskAgain(session: AiSession, page: Page): Promise<Page> {
  const { text: markdown, count } = await maskPublished(session, `page '${page.slug}'`, page.markdown)
  return count === 0 ? page : { ...page, markdown, maskedSecrets: (page.maskedSecrets ?? 0) + count }
}

/** Files larger than this are not quoted. */
const MAX_CITED_BYTES = 8 * 1024 * 1024

/** The lines of a file in the clone; undefined for anything but a regular file inside it that may be quoted. */
async function linesOf(clone: string, path: string): Promise<string[] | undefined> {
  if (isCredentialFile(path)) return undefined
  try {
    const [root, file] = await Promise.all([realpath(clone), realpath(join(clone, path))])
    const found = await lstat(file)
    if (!file.startsWith(root + sep) || !found.isFile() || found.size > MAX_CITED_BYTES) return undefined
    const lines = decodeText(await readFile(file)).split(/\r?\n/)
    if (lines.at(-1) === '') lines.pop()
    return lines
  } catch {
    return undefined
  }
}
