import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, jsonOf } from '../../api/client.ts'
import { variantQuery } from '../../api/queries.ts'
import type { VariantView } from '../../api/variants.ts'
import { Problem } from '../../ui/problem.tsx'

/** Requests the variant again. What is stored and still valid is not written again. */
export function RetryButton({ variant }: { variant: VariantView }) {
  const { mutate, isPending, error } = useRetry(variant)
  const failed = variant.failed_pages.length
  return (
    <>
      <button type="button" className="primary" disabled={isPending} onClick={() => mutate()}>
        {failed > 0 ? 'Retry' : 'Generate again'}
      </button>
      {failed > 0 && (
        <span className="quiet">Writes only the {failed === 1 ? 'failed page' : `${failed} failed pages`}.</span>
      )}
      <Problem error={error} />
    </>
  )
}

function useRetry(variant: VariantView) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async () => await jsonOf(api('POST /api/generate', { body: requestOf(variant) }), 202),
    onSettled: async () => await client.invalidateQueries({ queryKey: variantQuery(variant).queryKey }),
  })
}

/** A repository on the service's own machine is named by its path. */
const requestOf = ({ name, branch, ai_provider, ai_model, repo_url, repo_type }: VariantView) => ({
  ...(repo_url.startsWith('/') ? { repo_path: repo_url } : { repo_url }),
  name,
  branch,
  ai_provider,
  ai_model,
  repo_type,
})
