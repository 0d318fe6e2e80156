import type { VariantView } from '../../api/variant.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import type { Resources } from '../resources.ts'
import { viewVariants } from './view.ts'

/** A variant in a list. */
export interface Row {
  record: GenerationRecord
  view: VariantView
}

/** Variants as lists show them, each with its record. */
export async function rowsOf(
  resources: Resources<'table' | 'bucket'>,
  records: GenerationRecord[],
  options: { plans: 'generating' | 'none' },
): Promise<Row[]> {
  const views = await viewVariants(resources, records, options)
  return records.flatMap((record, index) => {
    const view = views[index]
    return view ? [{ record, view }] : []
  })
}
