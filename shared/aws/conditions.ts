import { type Guard, MAX_RETRIES, type Transition, transitions } from '../lifecycle.ts'

/** One part of a condition expression for each guard of the lifecycle table; `:placeholders` are the writer's own values. */
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

/** Who writes: the ids that the guards of a transition compare with. */
export interface Writer {
  generationId?: string | undefined
  attempt?: number | undefined
  /** The runner's task ARN. */
  me?: string | undefined
  /** How many signs of life the runner has given with this one. */
  heartbeats?: unknown
  /** The generation that the record told of when the writer looked. */
  seen?: string | undefined
  /** Since when a new record is. */
  createdAt?: string | undefined
}

export interface Condition {
  expression: string
  names: Record<string, string>
  values: Record<string, unknown>
}

/**
 * The condition expression of one row of the lifecycle table.
 *
 * @throws Error when the writer lacks an id that the row compares with: a fence must never be left out by accident
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
  if (missing.length > 0) throw new Error(`The writer does not say ${missing.join(', ')}`)
  return {
    expression,
    names: expression.includes('#status') ? { '#status': 'status' } : {},
    values: Object.fromEntries(used.map((placeholder) => [placeholder, available[placeholder]])),
  }
}
