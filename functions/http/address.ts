import { DomainError } from '../../shared/errors.ts'
import { DEFAULT_BRANCH_KEY, ModelName, ProjectName, Provider } from '../../shared/variant.ts'

/** A variant as a path names it; whose it is, the path does not say. */
export interface VariantAddress {
  name: string
  branch: string
  /** Whether the path named the branch: texts then name it too. */
  branchNamed: boolean
  provider: Provider
  model: string
  /** What follows the model: an action, or the path of a file. */
  rest: string[]
}

/**
 * The segments of an encoded path, each decoded once by itself, so that `%2F` stays inside its segment. Empty segments at
 * the ends are left out.
 *
 * @throws DomainError `bad-request` for a malformed percent-encoding
 */
export function pathSegments(encodedPath: string): string[] {
  try {
    return encodedPath
      .replace(/^\/|\/$/g, '')
      .split('/')
      .map(decodeURIComponent)
  } catch (cause) {
    throw new DomainError('bad-request', { message: 'Malformed percent-encoding in the path' }, { cause })
  }
}

/**
 * The variant that `{name}/…` addresses: the segment after the name is a provider (short form, branch `main`), or else
 * the one after that is (long form). Undefined when neither is.
 *
 * @param segments - beginning with the project's name
 */
export function parseVariantAddress(segments: readonly string[]): VariantAddress | undefined {
  const [name = '', ...after] = segments
  const branchNamed = !Provider.safeParse(after[0]).success
  const [branch = '', provider, model, ...rest] = branchNamed ? after : [DEFAULT_BRANCH_KEY, ...after]
  const named = { provider: Provider.safeParse(provider).data, model: ModelName.safeParse(model).data }
  if (!ProjectName.safeParse(name).success || !branch || !named.provider || !named.model) return undefined
  return { name, branch, branchNamed, provider: named.provider, model: named.model, rest }
}
