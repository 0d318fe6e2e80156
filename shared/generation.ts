import * as z from 'zod'
import { PublishedSite } from './site.ts'
import { Variant } from './variant.ts'

export const Status = z.enum(['generating', 'ready', 'error', 'aborted'])
export type Status = z.infer<typeof Status>

export const Stage = z.enum([
  'queued',
  'starting',
  'cloning',
  'planning',
  'incremental_planning',
  'generating_pages',
  'rendering',
  'publishing',
  'up_to_date',
])
export type Stage = z.infer<typeof Stage>

export const RepoType = z.enum(['app', 'tests', 'library', 'framework'])
export type RepoType = z.infer<typeof RepoType>

/** The most that GENERATION_TIMEOUT may be: a week. */
export const MAX_GENERATION_MINUTES = 10_080

/** The longest that a runner works without noting a step, a CLI's call aside: one command of git. */
export const LONGEST_STEP_MINUTES = 15

/** What one request asked for. Set by `reserve`, the same for all attempts. */
export const Assignment = z.object({
  generationId: z.uuid(),
  /** Where the repository is cloned from; a `file:` address for an admin's `repo_path`. */
  repoUrl: z.string().min(1),
  /** The branch or tag asked for; null for the repository's default branch. */
  askedRef: z.string().nullable(),
  repoType: RepoType.nullable(),
  timeoutMinutes: z.number().int().positive(),
  force: z.boolean(),
  /** Stored plans and pages are looked up under this; `force` begins a new one. */
  pageScope: z.string().min(1),
  queuedAt: z.iso.datetime(),
})
export type Assignment = z.infer<typeof Assignment>

/** What a record holds as long as its variant is there. */
export const VariantState = z.object({
  ...Variant.shape,
  key: z.string(),
  published: PublishedSite.optional(),
  /** What the generation has cost that made the published site, if it is not this one. */
  publishedCostUsd: z.number().nonnegative().optional(),
  /** What all generations before this one have cost. */
  spentUsd: z.number().nonnegative().optional(),
  createdAt: z.iso.datetime(),
  /** When it was made, or last began, ended or passed on to another attempt. */
  updatedAt: z.iso.datetime(),
  /** The same, as the table keeps it. */
  changedAt: z.iso.datetime().optional(),
})

const count = z.number().int().nonnegative()

/** Counters of a generation: each begins at zero. */
export const Counters = z.object({
  /** How many tasks have failed in a row, and how many the host has taken away, since a page was stored last. */
  deaths: count.default(0),
  hostEnds: count.default(0),
  /** How long all attempts together have run. Time in which none ran is not in it. */
  ranSeconds: count.default(0),
  /** Grows with every sign of life of the runner, and with every step of real work. */
  heartbeats: count.default(0),
  progressSteps: count.default(0),
})

/** What a record tells of the current or last generation. */
export const GenerationState = z.object({
  ...Assignment.shape,
  ...Counters.shape,
  status: Status,
  stage: Stage.nullable(),
  /** Which task of this generation may write: begins with 1, and grows when one died or could not be started. */
  attempt: z.number().int().positive(),
  /** When the first task was asked for. */
  startedAt: z.iso.datetime().optional(),
  /** How long all attempts together may run. */
  limitSeconds: z
    .number()
    .int()
    .positive()
    .default(MAX_GENERATION_MINUTES * 60),
  abortAskedAt: z.iso.datetime().optional(),
  waitingReason: z.string().optional(),
  /** That AWS lets no task start: since when, and how many times in a row. */
  refused: z.object({ since: z.iso.datetime(), times: z.number().int().positive() }).optional(),
  commit: z.string().optional(),
  ref: z.string().optional(),
  planKey: z.string().optional(),
  totalPages: count.optional(),
  donePages: count.optional(),
  failedPages: z.array(z.string()).optional(),
  unverifiedCitations: count.optional(),
  /** What this generation has cost so far, as far as it is known. */
  costUsd: z.number().nonnegative().optional(),
  /** What the whole generation will probably cost, guessed once there is a plan. */
  estimatedCostUsd: z.number().nonnegative().optional(),
  /** US dollars of MAX_COST_USD set aside for calls whose cost is not known, or not yet. */
  reservedUsd: z.number().nonnegative().optional(),
  errorMessage: z.string().optional(),
})

/** What a record tells of the current or last attempt. */
export const AttemptState = z.object({
  /** The attempt waits until then. */
  notBefore: z.iso.datetime().optional(),
  launchedAt: z.iso.datetime().optional(),
  taskArn: z.string().optional(),
  /** ARN of the task whose runner has reported for this attempt. */
  claimedBy: z.string().optional(),
  /** Why the sweeper stops the task. */
  hungReason: z.string().optional(),
  /** What the sweeper saw last, and how often it saw no change. */
  seenHeartbeats: count.optional(),
  seenProgressSteps: count.optional(),
  silentSweeps: count.optional(),
  stuckSweeps: count.optional(),
})

/**
 * The record of a variant: `published` is what readers see, the rest tells of the current or last generation. A field stands in
 * the group that it lives with: when an attempt begins those of {@link AttemptState} are cleared, when a generation begins those
 * of {@link GenerationState} as well.
 */
export const GenerationRecord = z.object({ ...VariantState.shape, ...GenerationState.shape, ...AttemptState.shape })
/** Made of the groups, so that a field of the schema which stands in none of them can be neither read nor written. */
export interface GenerationRecord
  extends z.infer<typeof VariantState>,
    z.infer<typeof GenerationState>,
    z.infer<typeof AttemptState> {}

/** What a record cannot be begun without, but for what its transition and the store set. */
export type NewRecord = Omit<z.input<typeof GenerationRecord>, 'status' | 'stage' | 'createdAt' | 'updatedAt'>

/** Names one task's right to write: the three ids that travel to the runner and come back in ECS's events. */
export const Lease = z.object({
  key: z.string().regex(/^[0-9a-f]{64}$/),
  generationId: z.uuid(),
  attempt: z.coerce.number().int().positive(),
})
export type Lease = z.infer<typeof Lease>

/** The lease of the attempt that a record tells of. */
export const leaseOf = ({ key, generationId, attempt }: GenerationRecord): Lease => ({ key, generationId, attempt })

/** ECS's `startedBy` (at most 128 of letters, digits, `-`, `/`, `_`): survives StopTask, which deletes tags. */
export const formatLease = ({ key, generationId, attempt }: Lease): string => `${key}/${generationId}/${attempt}`

/** Reads what {@link formatLease} writes; undefined for tasks that are none of ours. */
export function parseLease(startedBy: string | undefined): Lease | undefined {
  const [key, generationId, attempt, ...rest] = (startedBy ?? '').split('/')
  return rest.length === 0 ? Lease.safeParse({ key, generationId, attempt }).data : undefined
}
