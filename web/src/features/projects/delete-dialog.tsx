import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, jsonOf } from '../../api/client.ts'
import { variantsQuery } from '../../api/queries.ts'
import { inputOf, titleOf, type VariantView } from '../../api/variants.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { keepFocus } from '../../ui/keep-focus.ts'

/** Deletes a variant once its name is typed. */
export function DeleteDialog({ variant, onClose }: { variant: VariantView; onClose: () => void }) {
  const { mutate, isPending, error } = useDelete(variant, onClose)
  return (
    <Confirm
      title={`Delete ${titleOf(variant)}`}
      action="Delete"
      typed={variant.name}
      error={error}
      pending={isPending}
      onConfirm={mutate}
      onClose={onClose}
    >
      <p>The site and all stored pages are deleted for good. What they cost stays in the sums.</p>
    </Confirm>
  )
}

function useDelete(variant: VariantView, onDeleted: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async () =>
      await jsonOf(api('DELETE /api/projects/{name}/{branch}/{provider}/{model}', inputOf(variant)), 200),
    onSuccess: async () => {
      onDeleted()
      await client.invalidateQueries({ queryKey: variantsQuery.queryKey })
      keepFocus()
    },
  })
}
