import { DomainError } from '../../shared/errors.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { type Plan, pagesOf } from '../../shared/plan.ts'
import { type Inventory, planPrompt } from '../ai/answer/prompts.ts'
import { MAX_PAGES, type ReadPlan, readPlan } from '../ai/answer/read-plan.ts'
import { askWithRetries, type Unusable } from '../ai/call/retries.ts'
import type { AiSession } from '../ai/call/session.ts'
import { maskPublished } from '../secrets/mask-published.ts'

const MAX_TURNS = 40

/** A plan that a model has made, with its secrets masked. */
export type MadePlan = ReadPlan & { maskedSecrets: number }

interface PlanRequest {
  /** What the answer brings up to date. */
  former?: Plan
  /** @param problems - what was wrong with the last answer */
  prompt(problems: readonly string[]): string
  /** What else is wrong with an answer that can be read. The second one is taken as it is. */
  check?(read: ReadPlan): string[]
}

/** Asks for a plan of the whole repository. @throws DomainError `ai-failed` */
export async function askForPlan(
  session: AiSession,
  record: GenerationRecord,
  { text, pages }: Inventory,
): Promise<MadePlan> {
  const subject = { project: record.name, repoType: record.repoType }
  const masked = { text: (await session.secrets.mask(text)).text, pages }
  return await askUntilUsable(session, record, { prompt: (problems) => planPrompt(subject, masked, problems) })
}

/**
 * Asks once more after a bad answer, with a list of what was wrong with it.
 *
 * @throws DomainError `ai-failed`
 */
export async function askUntilUsable(
  session: AiSession,
  record: GenerationRecord,
  { former, prompt, check = () => [] }: PlanRequest,
): Promise<MadePlan> {
  let problems: string[] = []
  for (let round = 1; round <= 2; round++) {
    const answer = await askWithRetries(session, prompt(problems), {
      label: 'the plan',
      maxTurns: MAX_TURNS,
      check: (texts, failed) => textWithPlan(texts, (text) => readPlan(text, record.name, failed, former), failed),
    })
    // Before it is read: slugs are made from titles.
    const { text, count } = await maskPublished(session, 'the plan', answer)
    const read = readPlan(text, record.name, false, former)
    problems = 'plan' in read ? check(read) : read.problems
    if ('plan' in read && (problems.length === 0 || round === 2)) return { ...read, maskedSecrets: count }
    session.log.warn(`the plan could not be used: ${problems.slice(0, 3).join(' ')}`)
  }
  const message = `${record.provider} twice gave an unusable plan: ${problems.slice(0, 3).join(' ')} Try again, or use another model.`
  throw new DomainError('ai-failed', { message })
}

/** The last text with a usable plan, or else the last text, unless the call failed: its problems are what the model hears about. */
function textWithPlan(
  texts: readonly string[],
  read: (text: string) => ReturnType<typeof readPlan>,
  failed: boolean,
): string | Unusable {
  const last = failed ? undefined : texts.at(-1)
  const found = texts.findLast((text) => 'plan' in read(text)) ?? last
  return found || { kind: 'empty', message: '' }
}

/** How many pages were cut and how many secrets masked, if any. */
export const countsOf = ({ leftOut, maskedSecrets }: MadePlan): { leftOut?: number; maskedSecrets?: number } => ({
  ...(leftOut > 0 ? { leftOut } : {}),
  ...(maskedSecrets > 0 ? { maskedSecrets } : {}),
})

/** What the owner should know about a plan. */
export function notesOn(plan: Plan, { leftOut = 0, note }: { leftOut?: number; note?: string }): string[] | undefined {
  const all = pagesOf(plan).length + leftOut
  const cut = leftOut > 0 ? [`The plan was cut: it had ${all} pages, and docsfy writes at most ${MAX_PAGES}.`] : []
  const notes = [...cut, ...(note === undefined ? [] : [note])]
  return notes.length > 0 ? notes : undefined
}
