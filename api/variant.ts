import * as z from 'zod'
import { RepoType, Stage, Status } from '../shared/generation.ts'
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
  owner: z.string().optional().describe('Owner of the variant, for admins and users with granted access'),
})

/** The short and the long path of a variant, followed by an action. */
export const variantPaths = <const Root extends string, const Action extends string>(root: Root, action: Action) =>
  [`${root}/{name}/{provider}/{model}${action}`, `${root}/{name}/{branch}/{provider}/{model}${action}`] as const

const plan = {
  project_name: 'hello-world',
  tagline: 'Says hello',
  navigation: [{ group: 'Start', pages: [{ slug: 'overview', title: 'Overview', description: 'What it does' }] }],
  repo_url: 'https://github.com/octocat/hello-world',
}

/** A variant whose site is published. */
export const exampleVariant: VariantView = {
  name: 'hello-world',
  branch: 'main',
  ai_provider: 'claude',
  ai_model: 'claude-opus-4-6[1m]',
  owner: 'admin',
  generation_id: '6f1c2f0e-3f63-4f0b-9d2b-1f4f7d0c5a11',
  repo_url: 'https://github.com/octocat/hello-world',
  status: 'ready',
  current_stage: null,
  last_commit_sha: '7fd1a60b01f91b314f59955a4e4d4e80d8edf11d',
  last_generated: '2026-01-31 12:04:10',
  page_count: 8,
  kept_pages: 0,
  error_message: null,
  plan_json: JSON.stringify(plan),
  repo_type: 'library',
  total_cost_usd: 3.41,
  estimated_cost_usd: 3.6,
  spent_usd: 3.41,
  created_at: '2026-01-31 12:00:00',
  updated_at: '2026-01-31 12:04:10',
  total_pages: 8,
  failed_pages: [],
  unverified_citations: 1,
  masked_secrets: 0,
  ref: 'master',
  attempt: 1,
  queued_at: '2026-01-31 12:00:00',
  started_at: '2026-01-31 12:00:03',
  generation_started_at: null,
  generation_duration: 247.5,
  queue_position: null,
  waiting_reason: null,
  notes: [],
}

/** The same while it waits for its turn, as lists have it. */
export const exampleWaiting: VariantView = {
  ...exampleVariant,
  status: 'generating',
  current_stage: 'queued',
  last_commit_sha: null,
  last_generated: null,
  page_count: 0,
  kept_pages: null,
  plan_json: null,
  total_cost_usd: null,
  estimated_cost_usd: null,
  spent_usd: 0,
  updated_at: '2026-01-31 12:00:00',
  total_pages: null,
  unverified_citations: null,
  masked_secrets: null,
  ref: null,
  started_at: null,
  generation_started_at: '2026-01-31T12:00:00.000Z',
  generation_duration: null,
  queue_position: 1,
  waiting_reason: 'Waiting for a free slot',
}
