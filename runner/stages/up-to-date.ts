import type { GenerationRecord } from '../../shared/generation.ts'
import { storedPlanKey } from '../../shared/object-keys.ts'
import { PROMPT_VERSION } from '../ai/answer/prompts.ts'
import type { Clone } from './clone.ts'

/**
 * Whether the published site was made, whole, from all that a plan made now would depend on: this commit of this repository, the
 * type that it is said to be, these prompts. One that does not tell what it was made from counts as made from something else;
 * its pages are found again where they are still right.
 */
export function isUpToDate(record: GenerationRecord, { commit, ref }: Pick<Clone, 'commit' | 'ref'>): boolean {
  const { force, published } = record
  if (force || !published?.complete || published.ref !== ref) return false
  return published.planKey === storedPlanKey({ ...record, pageScope: published.pageScope }, commit, PROMPT_VERSION)
}
