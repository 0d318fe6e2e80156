import type { VariantAddress } from '../api/variants.ts'
import type { Parameters } from './location.ts'

/** The address of the screen that shows a variant. */
export const addressOfVariant = ({ owner, name, branch, ai_provider, ai_model }: VariantAddress): Parameters => ({
  screen: 'watch',
  name,
  branch,
  provider: ai_provider,
  model: ai_model,
  owner,
})

/** Reads what {@link addressOfVariant} writes; undefined if a part is missing. */
export function variantIn(address: URLSearchParams): VariantAddress | undefined {
  const [owner, name, branch, provider, model] = ['owner', 'name', 'branch', 'provider', 'model'].map((part) =>
    address.get(part),
  )
  const ai_provider = providers.find((each) => each === provider)
  return owner && name && branch && ai_provider && model
    ? { owner, name, branch, ai_provider, ai_model: model }
    : undefined
}

const providers: readonly VariantAddress['ai_provider'][] = ['claude', 'gemini', 'cursor']
