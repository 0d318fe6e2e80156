import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, jsonOf } from '../../api/client.ts'
import { variantQuery } from '../../api/queries.ts'
import { inputOf, titleOf, type VariantView } from '../../api/variants.ts'
import { Confirm } from '../../ui/confirm.tsx'

/** Aborts a generation, after a question. The service's answer says what happened if it could not. */
export function AbortButton({ variant }: { variant: VariantView }) {
  const [isAsking, setAsking] = useState(false)
  const { mutate, isPending, error, reset } = useAbort(variant, () => setAsking(false))
  return (
    <>
      <button type="button" className="danger" onClick={() => setAsking(true)}>
        Abort
      </button>
      {isAsking && (
        <Confirm
          title={`Abort ${titleOf(variant)}`}
          action={isPending ? 'Aborting…' : 'Abort the generation'}
          error={error}
          pending={isPending}
          onConfirm={mutate}
          onClose={() => {
            reset()
            setAsking(false)
          }}
        >
          <p>Finished pages are kept: a new request writes only the others. A site that is published stays.</p>
        </Confirm>
      )}
    </>
  )
}

function useAbort(variant: VariantView, onAborted: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async () =>
      await jsonOf(api('POST /api/projects/{name}/{branch}/{provider}/{model}/abort', inputOf(variant)), 200),
    onSuccess: onAborted,
    onSettled: async () => await client.invalidateQueries({ queryKey: variantQuery(variant).queryKey }),
  })
}
