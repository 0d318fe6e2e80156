import { createHash } from 'node:crypto'
import * as z from 'zod'
import { boundedText, LONGEST_TEXT } from './bounded-text.ts'

export const Provider = z.enum(['claude', 'gemini', 'cursor'])
export type Provider = z.infer<typeof Provider>

export const PROJECT_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/

/** A project's name, used in every API path. */
export const ProjectName = boundedText(LONGEST_TEXT).regex(PROJECT_NAME, {
  message: "must have only letters, digits, '.', '_' and '-', and begin with a letter or digit",
})

const DOTS = ['.', '..']
const isDots = (text: string) => DOTS.includes(text)

/** URLs cannot carry `.` or `..` as a segment, and command lines cannot carry NUL. */
const portable = (longest: number) =>
  boundedText(longest)
    .min(1)
    .refine((text) => !isDots(text), { message: "must not be '.' or '..'" })
    .refine((text) => text.isWellFormed(), { message: 'must be well-formed Unicode' })
    .refine((text) => !text.includes('\0'), { message: 'must not contain a NUL character' })

/** Characters. */
export const LONGEST_MODEL = 300

/** Any model name a provider might use. */
export const ModelName = portable(LONGEST_MODEL).meta({ pattern: '^[^\\u0000]*$', not: { enum: DOTS } })

/** A git branch or tag that can be used in API paths: a provider's name would make them ambiguous. */
export const BranchName = portable(255)
  .refine((name) => Buffer.byteLength(name) <= 255, { message: 'must be at most 255 bytes' })
  .refine((name) => !name.startsWith('-'), { message: "must not begin with '-'" })
  .refine((name) => !Provider.safeParse(name).success, { message: 'must not be the name of a provider' })
  .meta({ pattern: '^[^\\u0000-][^\\u0000]*$', not: { enum: [...DOTS, ...Provider.options] } })

/** Identifies a set of documentation. Variants that differ in any field share nothing. */
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
 * The key of a variant in the table and the bucket: SHA-256 (hex) of the length-prefixed fields, since names can exceed the maximum
 * key length and can contain any separator.
 */
export function variantKey({ owner, name, branch, provider, model }: Variant): string {
  const hash = createHash('sha256')
  for (const field of [owner, name, branch, provider, model]) hash.update(`${Buffer.byteLength(field)}:${field}`)
  return hash.digest('hex')
}

/** A variant as messages name it: `<name>/<provider>/<model>`, with the branch if the request named one. */
export function variantPath({ name, branch, provider, model }: Variant, named: { branch: boolean }): string {
  return (named.branch ? [name, branch, provider, model] : [name, provider, model]).join('/')
}
