import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, jsonOf } from '../../api/client.ts'
import { variantQuery } from '../../api/queries.ts'
import type { VariantView } from '../../api/variants.ts'
import { Problem } from '../../ui/problem.tsx'
import { sameRequest } from './same-request.ts'

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
    mutationFn: async () => await jsonOf(api('POST /api/generate', { body: sameRequest(variant) }), 202),
    onSettled: async () => await client.invalidateQueries({ queryKey: variantQuery(variant).queryKey }),
  })
}
