import * as z from 'zod'
import { RepoType, Stage, Status } from '../shared/generation.ts'
import { Provider } from '../shared/variant.ts'

const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  .describe('UTC')
const count = z.int().nonnegative()

/** A variant as the API shows it; lists leave its plan out, unless it is generating. */
export const VariantView = z
  .object({
    name: z.string(),
    branch: z.string(),
    ai_provider: Provider,
    ai_model: z.string(),
    owner: z.string(),
    generation_id: z.uuid(),
    repo_url: z.string(),
    status: Status,
    current_stage: Stage.nullable(),
    last_commit_sha: z.string().nullable().describe('Of the site that readers see now'),
    last_generated: time.nullable().describe('When the site that readers see now was published'),
    page_count: count.describe('Of the site; while generating, of this run'),
    error_message: z.string().nullable(),
    plan_json: z
      .string()
      .nullable()
      .optional()
      .describe(
        'JSON as text: `{project_name, tagline, navigation: [{group, pages: [{slug, title, description}]}], repo_url}`',
      ),
    repo_type: RepoType.nullable(),
    total_cost_usd: z
      .number()
      .nullable()
      .describe(
        'US dollars that the generation has cost which made the site that readers see now; while generating, this one so far; null where no cost is known',
      ),
    estimated_cost_usd: z
      .number()
      .nullable()
      .describe(
        'US dollars that the current or last generation was expected to cost in all, once it had a plan; null where nobody can say',
      ),
    spent_usd: z
      .number()
      .describe('US dollars that all generations of the variant have cost so far, as far as it is known'),
    created_at: time,
    updated_at: time,
    total_pages: count.nullable(),
    failed_pages: z.array(z.string()),
    unverified_citations: count.nullable(),
    ref: z.string().nullable().describe('The real name of the branch or tag'),
    attempt: z.int().positive(),
    queued_at: time,
    started_at: time.nullable(),
    generation_started_at: z.iso
      .datetime()
      .nullable()
      .describe(
        'While generating, when the first task was asked for, or else the generation itself: UTC, as `2026-01-31T12:00:00.000Z`',
      ),
    generation_duration: z
      .number()
      .nonnegative()
      .nullable()
      .describe('Once ready, the seconds that the last generation took from its first task on'),
    queue_position: z.int().positive().nullable().describe("Among the owner's own waiting generations"),
    waiting_reason: z.string().nullable(),
  })
  .meta({ id: 'Variant' })
export type VariantView = z.infer<typeof VariantView>

/** `?owner=`, wherever a variant is addressed. */
export const OwnerQuery = z.object({
  owner: z.string().optional().describe('Whose: for an admin, and for whoever was granted access'),
})

/** Both addresses of a variant, and what follows them. */
export const variantPaths = <const Root extends string, const Action extends string>(root: Root, action: Action) =>
  [`${root}/{name}/{provider}/{model}${action}`, `${root}/{name}/{branch}/{provider}/{model}${action}`] as const
