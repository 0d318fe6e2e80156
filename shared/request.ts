import { isAbsolute } from 'node:path'
import * as z from 'zod'
import { boundedText, LONGEST_TEXT } from './bounded-text.ts'
import { MAX_AI_CLI_MINUTES } from './env.ts'
import { readPastedAddress } from './pasted-address.ts'
import { RepoType } from './repo-type.ts'
import { LONGEST_URL, parseRepositoryUrl } from './repository-address.ts'
import { BranchName, ModelName, ProjectName, Provider } from './variant.ts'

/** Minutes. More than a day counts as a day. */
const Timeout = z
  .number()
  .positive()
  .refine((minutes) => Number.isInteger(minutes), { message: 'must be an integer' })
  .meta({ type: 'integer' })
  .transform((minutes) => Math.min(minutes, MAX_AI_CLI_MINUTES))

const nullish = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined)

/** Characters. */
export const MAX_INSTRUCTIONS = 4_000

/**
 * As {@link parseRepositoryUrl} takes it, without what it checks beyond that: the host, which characters are letters, and that it is no
 * page of a branch.
 */
const REPOSITORY_URL = (() => {
  const host = String.raw`([a-zA-Z0-9.-]+|\[[a-fA-F0-9:.]+\])`
  const letters = String.raw`[a-zA-Z0-9._~+\u00aa-\uffff-]`
  const web = String.raw`[hH][tT][tT][pP][sS]?://([^\s/\\@?#%:]+@)?${host}(:[0-9]{1,5})?(/(${letters}|%[a-fA-F0-9]{2})+){2,}/?`
  return `^(${web}|git@${host}:(${letters}+/)+${letters}+/?)$`
})()

/** As JSON Schema: this field is given. `null` counts as not given. */
const given = (name: string) => ({ required: [name], properties: { [name]: { type: 'string' } } })

const ADDRESS_RULE = 'must be https://host/group/repository(.git) or git@host:group/repository(.git)'

/** The repository and the branch that somebody means who pasted something else. */
function proposal(pasted: string): string {
  const meant = readPastedAddress(pasted)
  if (!meant) return ''
  const branch = meant.branch === undefined ? '' : ` with the branch '${meant.branch}'`
  return `. Did you mean '${meant.repository.url}'${branch}?`
}

/** The body of `POST /api/generate`. Unknown fields are ignored, and all problems are reported at once. */
export const GenerateRequest = z
  .object({
    repo_url: nullish(
      boundedText(LONGEST_URL)
        .refine((url) => parseRepositoryUrl(url) !== undefined, {
          error: ({ input }) => `${ADDRESS_RULE}${proposal(String(input))}`,
        })
        .meta({ pattern: REPOSITORY_URL, examples: ['https://github.com/octocat/hello-world'] }),
    ).describe(
      '`https://host/group/repository(.git)` or `git@host:group/repository(.git)`. Private repositories need credentials that the operator has configured; without an SSH key the second form is accepted, but the generation fails with an error that names the https URL. Send either `repo_url` or `repo_path`',
    ),
    repo_path: nullish(
      boundedText(LONGEST_TEXT)
        .refine((path) => isAbsolute(path) && !path.includes('\0'), { message: 'must be an absolute path' })
        .meta({ pattern: '^/[^\\u0000]*$', examples: ['/home/ann/hello-world'] }),
    ).describe('Absolute path of a git repository on the server; admins only'),
    name: nullish(ProjectName).describe(
      "Project name: letters, digits, `.`, `_` and `-`, beginning with a letter or digit. The last segment of the repository's address by default",
    ),
    ai_provider: nullish(Provider).describe('`AI_PROVIDER` by default'),
    ai_model: nullish(
      z.union([z.literal(''), ModelName], { error: ({ errors }) => errors?.at(-1)?.[0]?.message }),
    ).describe('`AI_MODEL` by default'),
    ai_cli_timeout: nullish(Timeout).describe(
      'Time limit of one AI CLI call in minutes, at most a day; `AI_CLI_TIMEOUT` by default',
    ),
    force: nullish(z.boolean()).describe(
      'Regenerate everything, without reusing stored plans or pages, and replace the site of another repository',
    ),
    branch: nullish(
      BranchName.refine((name) => !name.includes('~'), {
        message: "must not contain '~': git does not allow it in names",
      }).meta({ pattern: '^[^\\u0000~-][^\\u0000~]*$' }),
    ).describe("Branch or tag. If omitted, the repository's default branch, stored under the name `main`"),
    repo_type: nullish(RepoType).describe('Stored with the variant and passed to the model'),
    instructions: nullish(boundedText(MAX_INSTRUCTIONS)).describe(
      'What the writer should keep in mind: readers, tone, what to stress. Part of what plans and pages are made from: with other instructions everything is made anew',
    ),
  })
  .refine(({ repo_url, repo_path }) => (repo_url == null) !== (repo_path == null), {
    message: 'give exactly one of repo_url and repo_path',
    // Also run when other fields are invalid, to report all problems at once.
    when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
  })
  .meta({ oneOf: ['repo_url', 'repo_path'].map(given) })
export type GenerateRequest = z.infer<typeof GenerateRequest>
