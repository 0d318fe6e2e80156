import * as z from 'zod'
import type { Bucket } from '../../shared/aws/clients.ts'
import { putObject } from '../../shared/aws/site-store.ts'
import { DomainError } from '../../shared/errors.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { storedPlanKey } from '../../shared/object-keys.ts'
import { Plan, pagesOf } from '../../shared/plan.ts'
import { PROMPT_VERSION, planPrompt } from '../ai/answer/prompts.ts'
import { MAX_PAGES, type ReadPlan, readPlan } from '../ai/answer/read-plan.ts'
import { askWithRetries, type Unusable } from '../ai/call/retries.ts'
import type { AiSession } from '../ai/call/session.ts'
import { maskPublished } from '../secrets/mask-published.ts'
import { readStored } from './read-stored.ts'

const MAX_TURNS = 40

/** A plan as it is stored, with the number of pages that were cut from the model's, and of secrets that were masked. */
const PlanFile = Plan.extend({
  leftOut: z.number().int().nonnegative().default(0),
  maskedSecrets: z.number().int().nonnegative().default(0),
})

export interface StoredPlan {
  plan: Plan
  /** Its key in the bucket. The keys of its pages are derived from it. */
  planKey: string
  /** What the owner should know about it. */
  notes: string[] | undefined
  /** How often a secret was masked in it. */
  maskedSecrets: number
}

/** The plan for this commit: the stored one if it was already paid for, else a new one, which is stored right away. */
export async function makePlan(
  session: AiSession,
  bucket: Bucket,
  record: GenerationRecord,
  commit: string,
): Promise<StoredPlan> {
  const planKey = storedPlanKey(record, commit, PROMPT_VERSION)
  const stored = await readStored(bucket, planKey, PlanFile, session.log)
  if (stored) {
    session.log.info('using the stored plan')
    const { leftOut, maskedSecrets, ...plan } = stored
    return { plan, planKey, notes: notesOn(plan, leftOut), maskedSecrets }
  }
  const { plan, leftOut, maskedSecrets } = await askForPlan(session, record)
  const notes = notesOn(plan, leftOut)
  for (const note of notes ?? []) session.log.warn(note)
  const counts = Object.entries({ leftOut, maskedSecrets }).filter(([, count]) => count > 0)
  const file: z.input<typeof PlanFile> = { ...plan, ...Object.fromEntries(counts) }
  await putObject(bucket, planKey, JSON.stringify(file), 'application/json')
  return { plan, planKey, notes, maskedSecrets }
}

function notesOn(plan: Plan, leftOut: number): string[] | undefined {
  if (leftOut === 0) return undefined
  const all = pagesOf(plan).length + leftOut
  return [`The plan was cut: it had ${all} pages, and docsfy writes at most ${MAX_PAGES}.`]
}

/** Asks once more after a bad answer, with a list of what was wrong with it. */
async function askForPlan(
  session: AiSession,
  record: GenerationRecord,
): Promise<ReadPlan & Pick<StoredPlan, 'maskedSecrets'>> {
  const subject = { project: record.name, repoType: record.repoType }
  let problems: string[] = []
  for (let round = 1; round <= 2; round++) {
    const answer = await askWithRetries(session, planPrompt(subject, problems), {
      label: 'the plan',
      maxTurns: MAX_TURNS,
      check: (texts, failed) => textWithPlan(texts, record.name, failed),
    })
    // Before it is read: slugs are made from titles.
    const { text, count } = await maskPublished(session, 'the plan', answer)
    const read = readPlan(text, record.name)
    if ('plan' in read) return { ...read, maskedSecrets: count }
    problems = read.problems
    session.log.warn(`the plan could not be used: ${problems.slice(0, 3).join(' ')}`)
  }
  const message = `${record.provider} twice gave an unusable plan: ${problems.slice(0, 3).join(' ')} Try again, or use another model.`
  throw new DomainError('ai-failed', { message })
}

/** The last text with a usable plan, or else the last text, unless the call failed: its problems are what the model hears about. */
function textWithPlan(texts: readonly string[], project: string, failed: boolean): string | Unusable {
  const last = failed ? undefined : texts.at(-1)
  const found = texts.findLast((text) => 'plan' in readPlan(text, project, failed)) ?? last
  return found || { kind: 'empty', message: '' }
}
