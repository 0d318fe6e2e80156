import { type Guard, MAX_RETRIES, type Transition, transitions } from '../lifecycle.ts'

/** The condition for each guard of the lifecycle table. `:placeholders` stand for the writer's values. */
const expressions: Record<Guard, string> = {
  absent: '(attribute_not_exists(pk) OR removedAt < :createdAt)',
  idle: '#status <> :generating',
  unchanged: 'generationId = :seen',
  generating: '#status = :generating',
  'my-generation': 'generationId = :generationId',
  'my-attempt': 'attempt = :attempt',
  'no-abort': 'attribute_not_exists(abortAskedAt)',
  'abort-asked': 'attribute_exists(abortAskedAt)',
  queued: 'attribute_not_exists(launchedAt)',
  launched: 'attribute_exists(launchedAt)',
  unclaimed: 'attribute_not_exists(claimedBy)',
  claimable: '(attribute_not_exists(claimedBy) OR claimedBy = :me)',
  'my-claim': 'claimedBy = :me',
  'in-order': 'heartbeats < :heartbeats',
  'retries-left': 'deaths < :maxRetries',
  'no-retries-left': 'deaths >= :maxRetries',
}

/** The writer's values, which the guards compare with the record. */
export interface Writer {
  generationId?: string | undefined
  attempt?: number | undefined
  /** The runner's task ARN. */
  me?: string | undefined
  /** The heartbeat counter including this write. */
  heartbeats?: unknown
  /** The generation that the writer last read. */
  seen?: string | undefined
  /** When the new record was requested. */
  createdAt?: string | undefined
}

export interface Condition {
  expression: string
  names: Record<string, string>
  values: Record<string, unknown>
}

/**
 * Builds the condition expression for a transition of the lifecycle table.
 *
 * @throws Error if the writer lacks a value that a guard needs: a fence must never be dropped by accident
 */
export function conditionOf(transition: Transition, writer: Writer): Condition {
  const expression = transition.requires.map((guard) => expressions[guard]).join(' AND ')
  const available: Record<string, unknown> = {
    ':generating': transitions.reserve.status,
    ':generationId': writer.generationId,
    ':attempt': writer.attempt,
    ':me': writer.me,
    ':heartbeats': writer.heartbeats,
    ':seen': writer.seen,
    ':createdAt': writer.createdAt,
    ':maxRetries': MAX_RETRIES,
  }
  const used = [...new Set(expression.match(/:\w+/g))]
  const missing = used.filter((placeholder) => available[placeholder] === undefined)
  if (missing.length > 0) throw new Error(`The writer provides no ${missing.join(', ')}`)
  return {
    expression,
    names: expression.includes('#status') ? { '#status': 'status' } : {},
    values: Object.fromEntries(used.map((placeholder) => [placeholder, available[placeholder]])),
  }
}
