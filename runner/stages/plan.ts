import type { Bucket } from '../../shared/aws/clients.ts'
import { putObject } from '../../shared/aws/site-store.ts'
import { DomainError } from '../../shared/errors.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { storedPlanKey } from '../../shared/object-keys.ts'
import { Plan } from '../../shared/plan.ts'
import { PROMPT_VERSION, planPrompt } from '../ai/answer/prompts.ts'
import { readPlan } from '../ai/answer/read-plan.ts'
import { askWithRetries } from '../ai/call/retries.ts'
import type { AiSession } from '../ai/call/session.ts'
import { readStored } from './read-stored.ts'

const MAX_TURNS = 40

export interface StoredPlan {
  plan: Plan
  /** Its key in the bucket. The keys of its pages are derived from it. */
  planKey: string
}

/** The plan for this commit: the stored one if it was already paid for, else a new one, which is stored right away. */
export async function makePlan(
  session: AiSession,
  bucket: Bucket,
  record: GenerationRecord,
  commit: string,
): Promise<StoredPlan> {
  const planKey = storedPlanKey(record, commit, PROMPT_VERSION)
  const stored = await readStored(bucket, planKey, Plan, session.log)
  if (stored) {
    session.log.info('using the stored plan')
    return { plan: stored, planKey }
  }
  const plan = await askForPlan(session, record)
  await putObject(bucket, planKey, JSON.stringify(plan), 'application/json')
  return { plan, planKey }
}

/** Asks once more after a bad answer, with a list of what was wrong with it. */
async function askForPlan(session: AiSession, record: GenerationRecord): Promise<Plan> {
  const subject = { project: record.name, repoType: record.repoType }
  let problems: string[] = []
  for (let round = 1; round <= 2; round++) {
    const text = await askWithRetries(session, planPrompt(subject, problems), {
      label: 'the plan',
      maxTurns: MAX_TURNS,
    })
    const read = readPlan(text)
    if ('plan' in read) return read.plan
    problems = read.problems
    session.log.warn(`the plan could not be used: ${problems.slice(0, 3).join(' ')}`)
  }
  const message = `${record.provider} twice gave an unusable plan: ${problems.slice(0, 3).join(' ')} Try again, or use another model.`
  throw new DomainError('ai-failed', { message })
}
