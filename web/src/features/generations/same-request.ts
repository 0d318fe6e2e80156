import type { VariantView } from '../../api/variants.ts'

/**
 * The request that makes a variant again from the same source, so that what is stored of it stays valid. A repository on the service's
 * own machine is named by its path.
 */
export const sameRequest = (variant: VariantView) => ({
  ...(variant.repo_url.startsWith('/') ? { repo_path: variant.repo_url } : { repo_url: variant.repo_url }),
  name: variant.name,
  ...(isDefaultBranch(variant) ? {} : { branch: variant.branch }),
  ai_provider: variant.ai_provider,
  ai_model: variant.ai_model,
  repo_type: variant.repo_type,
  instructions: variant.instructions ?? null,
})

/** The default branch is stored under `main`, whatever its name. */
const isDefaultBranch = ({ branch, ref }: VariantView): boolean => branch === 'main' && ref !== branch
