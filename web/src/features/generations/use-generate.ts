import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, jsonOf } from '../../api/client.ts'
import { variantsQuery } from '../../api/queries.ts'
import { navigate } from '../../ui/location.ts'
import { addressOfVariant } from '../../ui/variant-link.ts'
import { bodyOf, type GenerateForm } from './generate-form.ts'

/** Sends the form, then opens the screen of the new generation. */
export function useGenerate() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (form: GenerateForm) => {
      const { generation_id } = await jsonOf(api('POST /api/generate', { body: bodyOf(form) }), 202)
      return await jsonOf(api('GET /api/projects/by-id/{generation_id}', { params: { generation_id } }), 200)
    },
    onSuccess: async (variant) => {
      navigate(addressOfVariant(variant))
      await client.invalidateQueries({ queryKey: variantsQuery.queryKey })
    },
  })
}
