import { createHash } from 'node:crypto'
import * as z from 'zod'
import { boundedText, LONGEST_TEXT } from './bounded-text.ts'

export const Provider = z.enum(['claude', 'gemini', 'cursor'])
export type Provider = z.infer<typeof Provider>

/** The last segment of a repository's address, as it stands in every path of the API. */
export const ProjectName = boundedText(LONGEST_TEXT).regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/)

const isDots = (text: string) => text === '.' || text === '..'

/** No URL can carry `.` or `..` as a segment, and no command line a NUL. */
const portable = (longest: number) =>
  boundedText(longest)
    .min(1)
    .refine((text) => !isDots(text), { message: "must not be '.' or '..'" })
    .refine((text) => text.isWellFormed(), { message: 'must be well-formed Unicode' })
    .refine((text) => !text.includes('\0'), { message: 'must not contain a NUL character' })

/** Any text a provider might call a model, of at most 300 characters. */
export const ModelName = portable(300)

/** A git branch or tag that can stand in a path: a provider's name there would make the path ambiguous. */
export const BranchName = portable(255)
  .refine((name) => Buffer.byteLength(name) <= 255, { message: 'must be at most 255 bytes' })
  .refine((name) => !name.startsWith('-'), { message: "must not begin with '-'" })
  .refine((name) => !Provider.safeParse(name).success, { message: 'must not be the name of a provider' })

/** What is documented. Two variants that differ in any field never share anything. */
export const Variant = z.object({
  owner: z.string().min(1),
  name: ProjectName,
  branch: BranchName,
  provider: Provider,
  model: ModelName,
})
export type Variant = z.infer<typeof Variant>

export const DEFAULT_BRANCH_KEY = 'main'

/**
 * The key of a variant in the table and in the bucket: SHA-256 (hex) over the length-prefixed fields, because names
 * may be longer than a key may be and may contain any separator.
 */
export function variantKey({ owner, name, branch, provider, model }: Variant): string {
  const hash = createHash('sha256')
  for (const field of [owner, name, branch, provider, model]) hash.update(`${Buffer.byteLength(field)}:${field}`)
  return hash.digest('hex')
}

/** How texts name a variant: `<name>/<provider>/<model>`, with the branch where the request named one. */
export function variantPath({ name, branch, provider, model }: Variant, named: { branch: boolean }): string {
  return (named.branch ? [name, branch, provider, model] : [name, provider, model]).join('/')
}
