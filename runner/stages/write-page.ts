import { DomainError, isDomainError } from '../../shared/errors.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { Page } from '../../shared/page.ts'
import { type Plan, type PlannedPage, pagesOf } from '../../shared/plan.ts'
import { type FormerPage, pagePrompt, repairPrompt } from '../ai/answer/prompts.ts'
import { readPage } from '../ai/answer/read-page.ts'
import { askWithRetries } from '../ai/call/retries.ts'
import type { AiSession } from '../ai/call/session.ts'
import { openFiles } from '../review/clone-files.ts'
import type { CodeIndex } from '../review/code-index.ts'
import { mendCitations } from '../review/mend-citations.ts'
import type { KnownParagraphs } from '../review/repeated.ts'
import { type Review, reviewPage } from '../review/review-page.ts'
import { maskPublished } from '../secrets/mask-published.ts'
import type { RenderedFacts, RenderingCheck } from '../site/check-rendering.ts'
import { normaliseMarkdown } from '../site/parse-markdown.ts'

const MAX_TURNS = 30

/** More problems of one page are not listed for the model. */
const MOST_PROBLEMS = 40

/** What the pages of one generation share. */
export interface PageSession extends AiSession {
  /** A thread that renders them. */
  rendering: RenderingCheck
  code(): Promise<CodeIndex>
  paragraphs: KnownParagraphs
}

export interface PageRequest {
  record: GenerationRecord
  plan: Plan
  planned: PlannedPage
  /** What was written before, and how its sources have changed since. */
  former?: FormerPage | undefined
}

/**
 * Asks for a page and checks it against the clone. Mends what can be mended without the model, and lists the rest in `toMend`.
 *
 * @throws DomainError `ai-failed`; the signal's reason when aborted
 */
export async function writePage(session: PageSession, request: PageRequest): Promise<Page> {
  const { planned, former } = request
  const prompt = pagePrompt(subjectOf(request), planned, request.plan, former && (await masked(session, former)))
  const answer = await askWithRetries(session, prompt, {
    label: labelOf(planned),
    maxTurns: MAX_TURNS,
    check: reader(planned),
  })
  return await checkedPage(session, request, answer)
}

/** A former page and its differences may hold what is known to be a secret only now. */
async function masked({ secrets }: AiSession, { markdown, differences }: FormerPage): Promise<FormerPage> {
  const mask = async (text: string) => (await secrets.mask(text)).text
  return { markdown: await mask(markdown), differences: await mask(differences) }
}

/**
 * Asks once more for a page with problems, and takes the better of both. A call that fails costs no page: then the page stays as it is.
 * What is still wrong is marked on the page.
 *
 * @throws the signal's reason when aborted
 */
export async function repairPage(session: PageSession, request: PageRequest, page: Page): Promise<Page> {
  const label = labelOf(request.planned)
  const problems = page.toMend ?? []
  session.log.info(`${label}: asking once more about ${counted(problems)}: ${problems.slice(0, 3).join(' ')}`)
  const repaired = await askForRepair(session, request, page)
  const best = repaired && isBetter(repaired, page) ? repaired : page
  const left = best.toMend ?? []
  if (left.length > 0)
    session.log.warn(`${label}: ${counted(left)} left, marked on the page: ${left.slice(0, 3).join(' ')}`)
  const { toMend: _, ...finished } = best
  return finished
}

async function askForRepair(session: PageSession, request: PageRequest, page: Page): Promise<Page | undefined> {
  const { planned, plan } = request
  const { markdown, toMend: problems = [] } = page
  const prompt = repairPrompt(subjectOf(request), planned, plan, { markdown, problems })
  const label = `the repair of ${labelOf(planned)}`
  try {
    const options = { label, maxTurns: MAX_TURNS, isOptional: true, check: reader(planned) } as const
    return await checkedPage(session, request, await askWithRetries(session, prompt, options))
  } catch (error) {
    if (!isDomainError(error, 'ai-failed')) throw error
    session.log.warn(`${label} failed, the page stays as it is: ${error.message}`)
    return undefined
  }
}

const counted = ({ length }: readonly string[]): string => (length === 1 ? 'one problem' : `${length} problems`)

/** A page that has lost most of its text has lost its problems with it. */
const isBetter = (repaired: Page, page: Page): boolean =>
  (repaired.toMend ?? []).length < (page.toMend ?? []).length && repaired.markdown.length > page.markdown.length / 2

const labelOf = ({ slug }: PlannedPage): string => `page '${slug}'`

const subjectOf = ({ record: { name, repoType } }: PageRequest) => ({ project: name, repoType })

const reader =
  ({ title }: PlannedPage) =>
  (texts: readonly string[]) =>
    readPage(texts, title)

/** Masks, mends and checks an answer. */
async function checkedPage(session: PageSession, request: PageRequest, answer: string): Promise<Page> {
  const { planned } = request
  const masked = await maskPublished(session, labelOf(planned), answer)
  const first = await check(session, request, normaliseMarkdown(masked.text))
  const { files, markdown, facts, review } = first
  const mended = await mendCitations(markdown, facts.cited, review.verdicts, files)
  // What was filled in came from the repository unmasked.
  const maskedAgain =
    mended === markdown ? { text: mended, count: 0 } : await maskPublished(session, labelOf(planned), mended)
  const second = mended === markdown ? first : await check(session, request, maskedAgain.text)
  const best = second.review.problems.length <= review.problems.length ? second : first
  const { citations, unconfirmed, problems } = best.review
  session.paragraphs.remember(planned.slug, best.facts.paragraphs)
  const count = masked.count + (best === second ? maskedAgain.count : 0)
  return Page.parse({
    ...planned,
    ...{ markdown: best.markdown, citations },
    ...(unconfirmed.length > 0 ? { unconfirmed } : {}),
    ...(problems.length > 0 ? { toMend: problems.slice(0, MOST_PROBLEMS) } : {}),
    ...(count > 0 ? { maskedSecrets: count } : {}),
  })
}

interface CheckedMarkdown {
  markdown: string
  files: ReturnType<typeof openFiles>
  facts: RenderedFacts
  review: Review
}

async function check(session: PageSession, { planned, plan }: PageRequest, markdown: string): Promise<CheckedMarkdown> {
  const slugs = pagesOf(plan).map(({ slug }) => slug)
  const facts = await session.rendering.factsOf(markdown, slugs)
  if (!facts) throw new DomainError('ai-failed', { message: tooSlow(session) })
  const files = openFiles(session.cwd)
  const mask = async (text: string) => (await session.secrets.mask(text)).text
  const against = { files, mask, code: await session.code(), paragraphs: session.paragraphs }
  return { markdown, files, facts, review: await reviewPage(planned.slug, facts, against) }
}

const tooSlow = ({ provider }: AiSession): string =>
  `${provider}'s page takes too long, or too much memory, to render. Try again, or use another model`
