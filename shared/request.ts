import { isAbsolute } from 'node:path'
import * as z from 'zod'
import { boundedText, LONGEST_TEXT } from './bounded-text.ts'
import { MAX_AI_CLI_MINUTES } from './env.ts'
import { RepoType } from './generation.ts'
import { LONGEST_URL, parseRepositoryUrl } from './repository-address.ts'
import { BranchName, ModelName, Provider } from './variant.ts'

/** Minutes; more than a day counts as a day, however much more. */
const Timeout = z
  .number()
  .positive()
  .refine((minutes) => Number.isInteger(minutes), { message: 'must be an integer' })
  .meta({ type: 'integer' })
  .transform((minutes) => Math.min(minutes, MAX_AI_CLI_MINUTES))

const nullish = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined)

/** The body of `POST /api/generate`; fields it does not know are ignored, and all problems are found at once. */
export const GenerateRequest = z
  .object({
    repo_url: nullish(
      boundedText(LONGEST_URL).refine((url) => parseRepositoryUrl(url) !== undefined, {
        message: 'must be https://host/group/repository(.git) or git@host:group/repository(.git)',
      }),
    ).describe(
      '`https://host/group/repository(.git)`, or `git@host:group/repository(.git)`, which is accepted and ends in an error that names the https address, since docsfy has no SSH key; exactly one of the two',
    ),
    repo_path: nullish(
      boundedText(LONGEST_TEXT).refine((path) => isAbsolute(path) && !path.includes('\0'), {
        message: 'must be an absolute path',
      }),
    ).describe('Absolute path of a git repository on the machine that answers; admins only'),
    ai_provider: nullish(Provider).describe('`AI_PROVIDER` by default'),
    ai_model: nullish(
      z.union([z.literal(''), ModelName], { error: ({ errors }) => errors?.at(-1)?.[0]?.message }),
    ).describe('`AI_MODEL` by default'),
    ai_cli_timeout: nullish(Timeout).describe(
      'Minutes that one call of the AI CLI may take, at most a day; `AI_CLI_TIMEOUT` by default',
    ),
    force: nullish(z.boolean()).describe('Regenerate everything, ignoring what is stored'),
    branch: nullish(
      BranchName.refine((name) => !name.includes('~'), {
        message: "must not contain '~': git allows it in no name",
      }),
    ).describe("Branch or tag; the repository's default branch by default, under the name `main`"),
    repo_type: nullish(RepoType).describe('Told to the model, and kept with the variant'),
  })
  .refine(({ repo_url, repo_path }) => (repo_url == null) !== (repo_path == null), {
    message: 'give exactly one of repo_url and repo_path',
    // Also when other fields are wrong: all problems are found at once.
    when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
  })
export type GenerateRequest = z.infer<typeof GenerateRequest>
