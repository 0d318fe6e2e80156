import type { GenerationRecord } from '../../shared/generation.ts'
import { storedPlanKey } from '../../shared/object-keys.ts'
import { PROMPT_VERSION } from '../ai/answer/prompts.ts'

/**
 * Whether the published site is complete and was made from everything a new plan would depend on: the files of this repository as they
 * are now, whatever the commit, its ref, its stated type, these prompts and what the owner asks for. A site that doesn't record what it was made from counts as outdated, but its pages are
 * reused where they are still valid.
 */
export function isUpToDate(
  record: GenerationRecord,
  { ref, tree, wishes }: { ref: string; tree: { id: string }; wishes: string },
): boolean {
  const { force, published } = record
  if (force || !published?.complete || published.ref !== ref) return false
  const made = { ...record, pageScope: published.pageScope }
  return published.planKey === storedPlanKey(made, { ref, tree: tree.id, prompts: PROMPT_VERSION + wishes })
}
