import * as z from 'zod'
import { RepoType } from './repo-type.ts'
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

/** The maximum of GENERATION_TIMEOUT: a week. */
export const MAX_GENERATION_MINUTES = 10_080

/** The longest that a runner works without reporting progress, other than an AI call: a single git command. */
export const LONGEST_STEP_MINUTES = 15

/** What a request asked for. Set by `reserve`, and the same for all attempts. */
export const Assignment = z.object({
  generationId: z.uuid(),
  /** The URL to clone from; a `file:` URL for an admin's `repo_path`. */
  repoUrl: z.string().min(1),
  /** The requested branch or tag; null for the repository's default branch. */
  askedRef: z.string().nullable(),
  repoType: RepoType.nullable(),
  /** What the owner asks of the writer. */
  instructions: z.string().optional(),
  timeoutMinutes: z.number().int().positive(),
  force: z.boolean(),
  /** Where its plans and pages are stored: with those of failed generations since the last that succeeded. `force` starts afresh. */
  pageScope: z.string().min(1),
  queuedAt: z.iso.datetime(),
})
export type Assignment = z.infer<typeof Assignment>

/** Fields that live as long as the variant. */
export const VariantState = z.object({
  ...Variant.shape,
  key: z.string(),
  published: PublishedSite.optional(),
  /** The `repoUrl` that the published site was made from. Sites of earlier versions lack it. */
  publishedUrl: z.string().optional(),
  /** The cost of the generation that made the published site, if it is not this one. */
  publishedCostUsd: z.number().nonnegative().optional(),
  /** The total cost of all earlier generations. */
  spentUsd: z.number().nonnegative().optional(),
  createdAt: z.iso.datetime(),
  /** When the variant was created, or its generation last started, ended or moved to another attempt. */
  updatedAt: z.iso.datetime(),
})

const count = z.number().int().nonnegative()

/** Counters of a generation, all starting at zero. */
export const Counters = z.object({
  /** How many tasks in a row have failed, and how many the host ended, since a page was last stored. */
  deaths: count.default(0),
  hostEnds: count.default(0),
  /** The total running time of all attempts, without the time in between. */
  ranSeconds: count.default(0),
  /** `heartbeats` grows with every sign of life from the runner, `progressSteps` with every step of real work. */
  heartbeats: count.default(0),
  progressSteps: count.default(0),
})

/** Fields of the current or last generation. */
export const GenerationState = z.object({
  ...Assignment.shape,
  ...Counters.shape,
  status: Status,
  stage: Stage.nullable(),
  /** The attempt whose task may write. Starts at 1, and grows when a task ends early or cannot be started. */
  attempt: z.number().int().positive(),
  /** When the first task was requested. */
  startedAt: z.iso.datetime().optional(),
  /** How long all attempts may run in total. */
  limitSeconds: z
    .number()
    .int()
    .positive()
    .default(MAX_GENERATION_MINUTES * 60),
  abortAskedAt: z.iso.datetime().optional(),
  /** When an admin moved it to the front of the queue. */
  prioritizedAt: z.iso.datetime().optional(),
  waitingReason: z.string().optional(),
  /** Set while AWS refuses to start tasks: since when, and how many times in a row. */
  refused: z.object({ since: z.iso.datetime(), times: z.number().int().positive() }).optional(),
  commit: z.string().optional(),
  ref: z.string().optional(),
  planKey: z.string().optional(),
  totalPages: count.optional(),
  donePages: count.optional(),
  failedPages: z.array(z.string()).optional(),
  unverifiedCitations: count.optional(),
  /** How often a secret was masked in the plan and the pages. */
  maskedSecrets: count.optional(),
  /** The known cost of this generation so far. */
  costUsd: z.number().nonnegative().optional(),
  /** The estimated cost of the whole generation, set once there is a plan. */
  estimatedCostUsd: z.number().nonnegative().optional(),
  /** The part of MAX_COST_USD reserved for calls whose cost is unknown, or not known yet. */
  reservedUsd: z.number().nonnegative().optional(),
  errorMessage: z.string().optional(),
  /** Texts for the owner, such as that the plan was cut. */
  notes: z.array(z.string()).optional(),
})

/** Fields of the current or last attempt. */
export const AttemptState = z.object({
  /** The attempt must not start before this time. */
  notBefore: z.iso.datetime().optional(),
  launchedAt: z.iso.datetime().optional(),
  /** Whether the owner had the right to credentials for private repositories when the task was requested. */
  mayUseCredentials: z.boolean().optional(),
  taskArn: z.string().optional(),
  /** ARN of the task whose runner claimed this attempt. */
  claimedBy: z.string().optional(),
  /** Why the sweeper is stopping the task. */
  hungReason: z.string().optional(),
  /** What the sweeper last saw, and for how many sweeps in a row nothing changed. */
  seenHeartbeats: count.optional(),
  seenProgressSteps: count.optional(),
  silentSweeps: count.optional(),
  stuckSweeps: count.optional(),
})

/**
 * The record of a variant: `published` is what readers see, the rest describes the current or last generation. The groups define
 * how long a field lives: a new attempt clears {@link AttemptState}, a new generation clears {@link GenerationState} too.
 */
export const GenerationRecord = z.object({ ...VariantState.shape, ...GenerationState.shape, ...AttemptState.shape })
/** Built from the groups: a field outside them can be neither read nor written. */
export interface GenerationRecord
  extends z.infer<typeof VariantState>,
    z.infer<typeof GenerationState>,
    z.infer<typeof AttemptState> {}

/** What a new record must be given; its transition and the store set the rest. */
export type NewRecord = Omit<z.input<typeof GenerationRecord>, 'status' | 'stage' | 'createdAt' | 'updatedAt'>

/** A task's right to write. Its three parts are passed to the runner and come back in ECS events. */
export const Lease = z.object({
  key: z.string().regex(/^[0-9a-f]{64}$/),
  generationId: z.uuid(),
  attempt: z.coerce.number().int().positive(),
})
export type Lease = z.infer<typeof Lease>

/** The lease of a record's current attempt. */
export const leaseOf = ({ key, generationId, attempt }: GenerationRecord): Lease => ({ key, generationId, attempt })

/** A lease as ECS's `startedBy` (up to 128 letters, digits, `-`, `/`, `_`), which survives StopTask; tags do not. */
export const formatLease = ({ key, generationId, attempt }: Lease): string => `${key}/${generationId}/${attempt}`

/** Parses what {@link formatLease} writes; undefined for tasks that docsfy did not start. */
export function parseLease(startedBy: string | undefined): Lease | undefined {
  const [key, generationId, attempt, ...rest] = (startedBy ?? '').split('/')
  return rest.length === 0 ? Lease.safeParse({ key, generationId, attempt }).data : undefined
}
