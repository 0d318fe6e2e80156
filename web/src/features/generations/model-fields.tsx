import { useQuery } from '@tanstack/react-query'
import { modelsQuery } from '../../api/queries.ts'
import { Choice, Field } from '../../ui/field.tsx'
import type { GenerateForm } from './generate-form.ts'

interface ModelFieldsProps {
  form: GenerateForm
  set: (field: keyof GenerateForm) => (value: string) => void
  problems: ReadonlyMap<string, string>
}

/** Provider and model, with the operator's suggestions. */
export function ModelFields({ form, set, problems }: ModelFieldsProps) {
  const { data } = useQuery(modelsQuery)
  const provider = form.provider || data?.default_provider || ''
  const suggested = data?.available_models[provider] ?? []
  const isDefault = data !== undefined && provider === data.default_provider && data.default_model !== ''
  return (
    <>
      <Choice
        label="Provider"
        name="provider"
        value={form.provider}
        onChange={set('provider')}
        options={[
          ['', `Default${data ? ` (${data.default_provider})` : ''}`],
          ...(data?.providers ?? []).map((each) => [each, each] as const),
        ]}
        problem={problems.get('ai_provider')}
      />
      <Field
        label="Model"
        name="model"
        value={form.model}
        onChange={set('model')}
        suggestions={suggested.map(({ id }) => id)}
        hint={isDefault ? `If empty, ${data.default_model}` : undefined}
        problem={problems.get('ai_model')}
      />
    </>
  )
}
