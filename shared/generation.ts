import * as z from 'zod'
import { Stage, Status } from './lifecycle.ts'
import { PublishedSite } from './site.ts'
import { Variant } from './variant.ts'

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

/** The record of a variant: `published` is what readers see, the rest tells of the current or last generation. */
export const GenerationRecord = Assignment.extend({
  ...Variant.shape,
  key: z.string(),
  status: Status,
  stage: Stage.nullable(),
  /** Which task of this generation may write: begins with 1, and grows when one died or could not be started. */
  attempt: z.number().int().positive(),
  /** How many tasks have failed in a row, and how many the host has taken away, since a page was stored last. */
  deaths: z.number().int().nonnegative().default(0),
  hostEnds: z.number().int().nonnegative().default(0),
  /** The attempt waits until then. */
  notBefore: z.iso.datetime().optional(),
  launchedAt: z.iso.datetime().optional(),
  /** When the first task was asked for. */
  startedAt: z.iso.datetime().optional(),
  /** How long all attempts together have run, and may run. Time in which none ran is not in it. */
  ranSeconds: z.number().int().nonnegative().default(0),
  limitSeconds: z
    .number()
    .int()
    .positive()
    .default(MAX_GENERATION_MINUTES * 60),
  taskArn: z.string().optional(),
  /** ARN of the task whose runner has reported for this attempt. */
  claimedBy: z.string().optional(),
  /** Why the sweeper stops the task. */
  hungReason: z.string().optional(),
  abortAskedAt: z.iso.datetime().optional(),
  waitingReason: z.string().optional(),
  /** That AWS lets no task start: since when, and how many times in a row. */
  refused: z.object({ since: z.iso.datetime(), times: z.number().int().positive() }).optional(),
  /** Grows with every sign of life of the runner, and with every step of real work. */
  heartbeats: z.number().int().default(0),
  progressSteps: z.number().int().default(0),
  /** What the sweeper saw last, and how often it saw no change. */
  seenHeartbeats: z.number().int().optional(),
  seenProgressSteps: z.number().int().optional(),
  silentSweeps: z.number().int().optional(),
  stuckSweeps: z.number().int().optional(),
  commit: z.string().optional(),
  ref: z.string().optional(),
  planKey: z.string().optional(),
  totalPages: z.number().int().nonnegative().optional(),
  donePages: z.number().int().nonnegative().optional(),
  failedPages: z.array(z.string()).optional(),
  unverifiedCitations: z.number().int().nonnegative().optional(),
  /** What this generation has cost so far, as far as it is known. */
  costUsd: z.number().nonnegative().optional(),
  /** What all generations before this one have cost. */
  spentUsd: z.number().nonnegative().optional(),
  /** What the generation has cost that made the published site, if it is not this one. */
  publishedCostUsd: z.number().nonnegative().optional(),
  /** What the whole generation will probably cost, guessed once there is a plan. */
  estimatedCostUsd: z.number().nonnegative().optional(),
  /** US dollars of MAX_COST_USD set aside for calls whose cost is not known, or not yet. */
  reservedUsd: z.number().nonnegative().optional(),
  errorMessage: z.string().optional(),
  published: PublishedSite.optional(),
  createdAt: z.iso.datetime(),
  /** When it was made, or last began, ended or passed on to another attempt. */
  updatedAt: z.iso.datetime(),
  /** The same, as the table keeps it. */
  changedAt: z.iso.datetime().optional(),
})
export type GenerationRecord = z.infer<typeof GenerationRecord>

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
