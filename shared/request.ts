import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { RepoType } from './generation.ts'
import { parseRepositoryUrl } from './repository-address.ts'
import { BranchName, ModelName, Provider } from './variant.ts'

/** Minutes; more than a day counts as a day. */
const Timeout = z
  .int()
  .positive()
  .transform((minutes) => Math.min(minutes, 1_440))

const nullish = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined)

/** The body of `POST /api/generate`; fields it does not know are ignored, and all problems are found at once. */
export const GenerateRequest = z
  .object({
    repo_url: nullish(
      z.string().refine((url) => parseRepositoryUrl(url) !== undefined, {
        message: 'must be https://host/group/repository(.git) or git@host:group/repository(.git)',
      }),
    ),
    repo_path: nullish(
      z.string().refine((path) => isAbsolute(path) && !path.includes('\0'), { message: 'must be an absolute path' }),
    ),
    ai_provider: nullish(Provider),
    ai_model: nullish(z.union([z.literal(''), ModelName])),
    ai_cli_timeout: nullish(Timeout),
    force: nullish(z.boolean()),
    branch: nullish(BranchName),
    repo_type: nullish(RepoType),
  })
  .refine(({ repo_url, repo_path }) => (repo_url == null) !== (repo_path == null), {
    message: 'give exactly one of repo_url and repo_path',
    // Also when other fields are wrong: all problems are found at once.
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
export type GenerateRequest = z.infer<typeof GenerateRequest>
