import type { GenerationRecord, Stage } from '../../shared/generation.ts'
import { Plan } from '../../shared/plan.ts'
import type { Inventory } from '../ai/answer/prompts.ts'
import type { AiSession } from '../ai/call/session.ts'
import { makeInventory } from '../inventory/inventory.ts'
import { pageCountFor } from '../inventory/page-count.ts'
import { type Changes, compareTrees } from '../kept/compare-trees.ts'
import type { PlannedClone } from '../kept/planned-clone.ts'
import type { PlanFile } from '../kept/stored-work.ts'
import { askForPlan, countsOf, notesOn } from './plan.ts'
import { updatePlan } from './update-plan.ts'

export interface StoredPlan {
  plan: Plan
  /** Its key in the bucket. */
  planKey: string
  /** What the owner should know about it. */
  notes: string[] | undefined
  /** How often a secret was masked in it. */
  maskedSecrets: number
  /** Whether only pages of its own scope belong to it, because everything is made anew. */
  ownOnly: boolean
  /** The files of the tree whose plan it continues, and what has changed since. */
  former: ReadonlyMap<string, string> | undefined
  changes: Changes | undefined
  /** Pages that the model has found to be still right, and those it has found to be wrong. */
  stillRight: ReadonlySet<string>
  rewrite: ReadonlySet<string>
}

/**
 * The plan for this tree: the stored one if it was already paid for, else a former one brought up to date, else a new one. It is
 * stored right away. `onCall` is told the stage before a model is asked.
 *
 * @throws DomainError `ai-failed`
 */
export async function obtainPlan(
  session: AiSession,
  record: GenerationRecord,
  clone: PlannedClone,
  onCall: (stage: Stage) => void,
): Promise<StoredPlan> {
  const { work, tree, commit } = clone
  const stored = await work.planFor(tree.id)
  if (stored) session.log.info('using the stored plan')
  if (stored?.isOwn) return await opened(stored.file, record, clone)
  const planned = { tree: tree.id, commit }
  if (stored) return await store({ ...planOf(stored.file), planned, former: planned }, tree.files, record, clone)
  const former = await work.latestPlan()
  const files = former && (await work.treeFiles(former.planned.tree))
  if (former && files) {
    const updated = await updatePlan(session, record, { former, files }, clone, () => onCall('incremental_planning'))
    return await store(updated, updated.planned.tree === tree.id ? tree.files : files, record, clone)
  }
  onCall('planning')
  const made = await askForPlan(session, record, await inventoryOf(clone))
  const onlyScope = record.force ? { onlyScope: record.pageScope } : {}
  const file = { ...made.plan, ...countsOf(made), planned, ...onlyScope }
  for (const note of notesOn(made.plan, made) ?? []) session.log.warn(note)
  return await store(file, tree.files, record, clone)
}

async function inventoryOf({ path, code }: PlannedClone): Promise<Inventory> {
  const index = await code()
  return { text: await makeInventory(path, index), pages: pageCountFor(index.paths) }
}

/** What a stored plan says, without what it was made from. */
const planOf = ({ planned, former, stillRight, rewrite, ...file }: PlanFile): Omit<PlanFile, 'planned'> => file

async function store(
  file: PlanFile,
  files: ReadonlyMap<string, string>,
  record: GenerationRecord,
  clone: PlannedClone,
): Promise<StoredPlan> {
  await clone.work.putPlan(clone.tree.id, file, files)
  return await opened(file, record, clone)
}

async function opened(file: PlanFile, record: GenerationRecord, { work, tree }: PlannedClone): Promise<StoredPlan> {
  const former = file.former && (await work.treeFiles(file.former.tree))
  const plan = Plan.parse(file)
  return {
    plan,
    planKey: work.planKeyOf(tree.id),
    notes: notesOn(plan, file),
    maskedSecrets: file.maskedSecrets ?? 0,
    ownOnly: file.onlyScope === record.pageScope,
    former,
    changes: former && compareTrees(former, tree.files),
    stillRight: new Set(file.stillRight),
    rewrite: new Set(file.rewrite),
  }
}
