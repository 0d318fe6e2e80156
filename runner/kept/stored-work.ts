import * as z from 'zod'
import type { Bucket } from '../../shared/aws/clients.ts'
import { listObjects, putObject } from '../../shared/aws/site-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import type { Log } from '../../shared/log.ts'
import {
  folderOf,
  latestPlanKey,
  parseStoredPageKey,
  storedPageKey,
  storedPlanKey,
  storedTreeKey,
} from '../../shared/object-keys.ts'
import { StoredPage } from '../../shared/page.ts'
import { Plan, type PlannedPage } from '../../shared/plan.ts'
import { PROMPT_VERSION } from '../ai/answer/prompts.ts'
import { readStored } from '../stages/read-stored.ts'
import { getTree, putTree } from './stored-tree.ts'

const count = z.number().int().nonnegative()
const Planned = z.object({ tree: z.string().min(1), commit: z.string().regex(/^[0-9a-f]{40,64}$/) })

/** A plan as it is stored. */
export const PlanFile = Plan.extend({
  /** How many pages were cut from the model's plan, and how often a secret was masked in it. */
  leftOut: count.exactOptional(),
  maskedSecrets: count.exactOptional(),
  /** The state that it was made for: an older one if it could not be brought up to date. */
  planned: Planned,
  /** The state whose plan it continues. */
  former: Planned.exactOptional(),
  /** Pages that the model, shown how the files have changed since then, has found to be still right, and those it has not. */
  stillRight: z.array(z.string()).exactOptional(),
  rewrite: z.array(z.string()).exactOptional(),
  /** The scope of a generation that makes everything anew: there, pages of the published site don't belong to this plan. */
  onlyScope: z.string().exactOptional(),
  /** What the owner should know about it. */
  note: z.string().exactOptional(),
})
export type PlanFile = z.infer<typeof PlanFile>

/** The plans and pages that earlier attempts and generations have paid for. */
export interface StoredWork {
  /** The key of the plan for a tree, if it is stored by this generation. */
  planKeyOf(tree: string): string
  /** The plan that was made for this very tree, and whether it is stored by this generation's scope. */
  planFor(tree: string): Promise<{ file: PlanFile; isOwn: boolean } | undefined>
  /** The latest plan for another tree, which an incremental plan continues. */
  latestPlan(): Promise<PlanFile | undefined>
  treeFiles(tree: string): Promise<ReadonlyMap<string, string> | undefined>
  /** Every stored version of a page. With `entry`, only those that were made from this entry of the plan. */
  versionsOf(slug: string, options?: { entry?: string; ownOnly?: boolean }): Promise<StoredPage[]>
  putPlan(tree: string, file: PlanFile, files: ReadonlyMap<string, string>): Promise<void>
  putPage(planned: PlannedPage, page: StoredPage): Promise<void>
}

/** What to document, and what the owner asks of the writer. */
interface Asked {
  ref: string
  wishes: string
}

type Wanted = Pick<GenerationRecord, 'key' | 'repoUrl' | 'repoType' | 'pageScope' | 'published' | 'force'>

/**
 * Opens what is stored for a variant and still counts: made from the same repository, ref, type, prompts and wishes of the owner. That is what was stored
 * since the last success and, unless all is to be made anew, what the published site was made from.
 */
export function openStoredWork(bucket: Bucket, record: Wanted, { ref, wishes }: Asked, log: Log): StoredWork {
  const { pageScope, published, force } = record
  const planKeyIn = (scope: string, tree: string): string =>
    storedPlanKey({ ...record, pageScope: scope }, { ref, tree, prompts: PROMPT_VERSION + wishes })
  const scopes = [...new Set([pageScope, ...(published && !force ? [published.pageScope] : [])])]
  const own = (tree: string) => planKeyIn(pageScope, tree)
  const folders = scopes.map((scope) => folderOf(planKeyIn(scope, '')))

  let listing: Promise<string[]> | undefined
  const list = async (): Promise<string[]> => {
    const keys: string[] = []
    for (const folder of folders) for await (const { key } of listObjects(bucket, folder)) keys.push(key)
    return keys
  }

  const firstOf = async <Found>(read: (scope: string) => Promise<Found | undefined>): Promise<Found | undefined> => {
    for (const scope of scopes) {
      const found = await read(scope)
      if (found !== undefined) return found
    }
    return undefined
  }
  const readPlan = async (key: string) => await readStored(bucket, key, PlanFile, log)

  return {
    planKeyOf: own,
    planFor: async (tree) =>
      await firstOf(async (scope) => {
        const file = await readPlan(planKeyIn(scope, tree))
        return file && { file, isOwn: scope === pageScope }
      }),
    latestPlan: async () =>
      await firstOf(async (scope) => {
        const latest = await readStored(bucket, latestPlanKey(planKeyIn(scope, '')), Latest, log)
        return latest && (await readPlan(planKeyIn(scope, latest.tree)))
      }),
    treeFiles: async (tree) =>
      await firstOf(async (scope) => await getTree(bucket, storedTreeKey(planKeyIn(scope, ''), tree))),
    async versionsOf(slug, { entry, ownOnly = false } = {}) {
      listing ??= list()
      const keys = (await listing).filter((key) => {
        const page = parseStoredPageKey(key)
        const isHere = !ownOnly || folderOf(key) === folderOf(own(''))
        return isHere && page?.slug === slug && (entry === undefined || page.entry === entry)
      })
      const pages = await Promise.all(keys.map(async (key) => await readStored(bucket, key, StoredPage, log)))
      return pages.filter((page) => page !== undefined)
    },
    async putPlan(tree, file, files) {
      const key = own(tree)
      await putTree(bucket, storedTreeKey(key, file.planned.tree), files)
      await putObject(bucket, key, JSON.stringify(file), 'application/json')
      // Last: it names only what is there. A late writer may name an older plan, which costs a call and no more.
      await putObject(
        bucket,
        latestPlanKey(key),
        JSON.stringify({ tree } satisfies z.infer<typeof Latest>),
        'application/json',
      )
    },
    async putPage(planned, page) {
      const key = storedPageKey(own(''), planned, page.sources)
      await putObject(bucket, key, JSON.stringify(page), 'application/json')
    },
  }
}

/** The commit whose plan the plan for a tree continues, or will continue. */
export async function formerCommit(work: StoredWork, tree: string): Promise<string | undefined> {
  const stored = await work.planFor(tree)
  return stored ? stored.file.former?.commit : (await work.latestPlan())?.planned.commit
}

const Latest = z.object({ tree: z.string().regex(/^[0-9a-f]{40,64}$/) })
