import * as z from 'zod'
import { Stage, Status } from '../shared/generation.ts'
import { RepoType } from '../shared/repo-type.ts'
import { LONGEST_USERNAME } from '../shared/user.ts'
import { Provider } from '../shared/variant.ts'

const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  .describe('UTC')
const count = z.int().nonnegative()

/** A variant as the API returns it. Lists omit the plan unless the variant is generating. */
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
    last_commit_sha: z.string().nullable().describe('Commit that the published site documents'),
    last_generated: time.nullable().describe('When the site was published'),
    page_count: count.describe('Pages of the published site; while generating, pages finished so far'),
    kept_pages: count
      .nullable()
      .describe('Pages of the published site that its generation took over instead of writing them; null if unknown'),
    error_message: z.string().nullable(),
    plan_json: z
      .string()
      .nullable()
      .optional()
      .describe(
        'JSON string: `{project_name, tagline, navigation: [{group, pages: [{slug, title, description}]}], repo_url}`',
      ),
    repo_type: RepoType.nullable(),
    instructions: z
      .string()
      .nullable()
      .optional()
      .describe('What the last request asked of the writer; null if nothing. Not in lists'),
    total_cost_usd: z
      .number()
      .nullable()
      .describe(
        'Cost of the generation that made the published site, in US dollars; while generating, cost so far; null if unknown',
      ),
    estimated_cost_usd: z
      .number()
      .nullable()
      .describe(
        'Estimated total cost of the current or last generation, in US dollars, set once it has a plan; null if it cannot be estimated',
      ),
    spent_usd: z.number().describe('Known cost of all generations of the variant so far, in US dollars'),
    created_at: time,
    updated_at: time,
    total_pages: count.nullable(),
    failed_pages: z.array(z.string()),
    unverified_citations: count.nullable(),
    masked_secrets: count
      .nullable()
      .describe(
        'How often a secret was masked in the plan and the pages of the current or last generation; null if none were written',
      ),
    ref: z.string().nullable().describe('The real name of the branch or tag'),
    attempt: z.int().positive(),
    queued_at: time,
    started_at: time.nullable(),
    generation_started_at: z.iso
      .datetime()
      .nullable()
      .describe(
        'Set while generating: when its first task was launched, or when it was requested if none was yet. UTC, such as `2026-01-31T12:00:00.000Z`',
      ),
    generation_duration: z
      .number()
      .nonnegative()
      .nullable()
      .describe('Set once ready: how long the last generation took, in seconds, from the launch of its first task'),
    queue_position: z
      .int()
      .positive()
      .nullable()
      .describe("Position among the owner's waiting generations; never rises while it waits"),
    waiting_reason: z.string().nullable().describe('Why the generation is not running, or not going on, at the moment'),
    notes: z
      .array(z.string())
      .describe('Notes for the owner about the current or last generation, such as a plan that was cut'),
  })
  .meta({ id: 'Variant' })
export type VariantView = z.infer<typeof VariantView>

/** The `?owner=` of every endpoint that addresses a variant. */
export const OwnerQuery = z.object({
  owner: z.string().optional().meta({
    description: 'Owner of the variant, for admins and users with granted access',
    maxLength: LONGEST_USERNAME,
  }),
})

/** The short and the long path of a variant, followed by an action. */
export const variantPaths = <const Root extends string, const Action extends string>(root: Root, action: Action) =>
  [`${root}/{name}/{provider}/{model}${action}`, `${root}/{name}/{branch}/{provider}/{model}${action}`] as const
