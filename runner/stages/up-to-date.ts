import type { GenerationRecord } from '../../shared/generation.ts'
import { storedPlanKey } from '../../shared/object-keys.ts'
import { PROMPT_VERSION } from '../ai/answer/prompts.ts'
import type { Clone } from './clone.ts'

/**
 * Whether the published site is complete and was made from everything a new plan would depend on: this commit of this repository,
 * its stated type, and these prompts. A site that doesn't record what it was made from counts as outdated, but its pages are
 * reused where they are still valid.
 */
export function isUpToDate(record: GenerationRecord, { commit, ref }: Pick<Clone, 'commit' | 'ref'>): boolean {
  const { force, published } = record
  if (force || !published?.complete || published.ref !== ref) return false
  return published.planKey === storedPlanKey({ ...record, pageScope: published.pageScope }, commit, PROMPT_VERSION)
}
