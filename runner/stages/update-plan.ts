import { isDomainError } from '../../shared/errors.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { entryDigest } from '../../shared/object-keys.ts'
import type { StoredPage } from '../../shared/page.ts'
import { Plan, type PlannedPage, pagesOf } from '../../shared/plan.ts'
import { placePages } from '../ai/answer/place-pages.ts'
import { planUpdatePrompt } from '../ai/answer/prompts.ts'
import type { ReadPlan } from '../ai/answer/read-plan.ts'
import type { AiSession } from '../ai/call/session.ts'
import { type Changes, compareTrees } from '../kept/compare-trees.ts'
import type { PlannedClone } from '../kept/planned-clone.ts'
import { listChanges, type RelevantChange, relevantChanges } from '../kept/relevant-changes.ts'
import { shownDifferences } from '../kept/shown-differences.ts'
import type { PlanFile } from '../kept/stored-work.ts'
import { idIn } from '../kept/tree.ts'
import { askUntilUsable, countsOf, type MadePlan } from './plan.ts'

/** The plan to bring up to date, and the files of the tree that it was made for. */
interface Former {
  former: PlanFile
  files: ReadonlyMap<string, string>
}

type Versions = ReadonlyMap<string, StoredPage[]>

/**
 * Brings a former plan up to date. Asks the model once, unless nothing has changed that a page could be about. If the model fails, the
 * former plan stays, without the pages whose sources are all gone: pages are written from the code as it is now in any case, and the
 * next commit's call is told of these changes too.
 *
 * @throws DomainError `ai-failed` if no call could succeed
 */
export async function updatePlan(
  session: AiSession,
  record: GenerationRecord,
  { former, files }: Former,
  clone: PlannedClone,
  onCall: () => void,
): Promise<PlanFile> {
  const { tree, commit, differences } = clone
  const changes = compareTrees(files, tree.files)
  const plan = withMovedFiles(Plan.parse(former), changes)
  const versions = await versionsOf(plan, clone)
  const sources = new Set(pagesOf(plan).flatMap((page) => sourcesOf(page, versions)))
  const relevant = await relevantChanges(changes, { former: files, now: tree.files, sources }, differences)
  const planned = { tree: tree.id, commit }
  const scope = former.onlyScope === undefined ? {} : { onlyScope: former.onlyScope }
  const counts = former.leftOut === undefined ? scope : { ...scope, leftOut: former.leftOut }
  if (relevant.length === 0) {
    session.log.info('no file has changed that a page could be about: the plan stays')
    return { ...plan, ...counts, planned, former: former.planned }
  }
  onCall()
  session.log.info(`${relevant.length} files have changed since the plan was made: ${named(relevant)}`)
  try {
    const made = await askForUpdate(session, record, plan, { files, relevant }, clone)
    const updated = withPagesPutBack(made, plan, (page) => isUnchanged(page, versions, changes, clone))
    return { ...updated, ...scope, planned, former: former.planned, ...judgementOf(made, plan) }
  } catch (error) {
    if (!isDomainError(error, 'ai-failed') || error.details.everyCall) throw error
    const left = withoutOrphans(plan, (page) => isOrphan(page, versions, clone))
    if (!left) throw error
    session.log.warn(`the plan stays as it was: ${error.message}`)
    const note = `The plan of the pages could not be brought up to date: ${error.message}. Pages whose sources have changed were written again; the next commit tries once more.`
    return { ...left, ...counts, planned: former.planned, former: former.planned, note }
  }
}

/** The log names so many files. */
const MOST_NAMED = 10

const named = (changes: readonly RelevantChange[]): string =>
  changes
    .slice(0, MOST_NAMED)
    .map(({ path }) => path)
    .join(', ') + (changes.length > MOST_NAMED ? ', …' : '')

async function askForUpdate(
  session: AiSession,
  record: GenerationRecord,
  plan: Plan,
  { files, relevant }: { files: ReadonlyMap<string, string>; relevant: readonly RelevantChange[] },
  { tree, differences }: PlannedClone,
): Promise<MadePlan> {
  const subject = { project: record.name, repoType: record.repoType }
  const modified = relevant
    .filter(({ kind }) => kind === 'modified')
    .map(({ path }) => ({ path, before: files.get(path) ?? '', after: idIn(tree, path) }))
  const shown = (await session.secrets.mask(await shownDifferences(modified, differences))).text
  const update = { plan, changes: listChanges(relevant), differences: shown }
  return await askUntilUsable(session, record, {
    former: plan,
    prompt: (problems) => planUpdatePrompt(subject, update, problems),
    check: (read) => leavesOutMost(read, plan),
  })
}

function leavesOutMost(read: ReadPlan, plan: Plan): string[] {
  const leftOut = leftOutOf(read, plan).map(({ slug }) => slug)
  if (leftOut.length * 2 <= pagesOf(plan).length) return []
  return [
    `It leaves out ${leftOut.length} pages of the current plan: ${leftOut.join(', ')}. List every page that stays, and name every other one in "remove".`,
  ]
}

/** The pages that an answer neither lists nor removes. */
function leftOutOf({ plan: made, remove }: ReadPlan, plan: Plan): PlannedPage[] {
  const known = new Set([...pagesOf(made).map(({ slug }) => slug), ...remove])
  return pagesOf(plan).filter(({ slug }) => !known.has(slug))
}

/**
 * Puts back the pages that an answer has left out without removing them, if nothing that they were made from has changed. A page whose
 * sources have changed is gone: the model has seen why. So is every page if the answer leaves out most of them, twice: it is a new plan.
 */
function withPagesPutBack(
  made: MadePlan,
  plan: Plan,
  isUnchanged: (page: PlannedPage) => boolean,
): Omit<PlanFile, 'planned'> {
  const missing = leavesOutMost(made, plan).length > 0 ? [] : leftOutOf(made, plan).filter(isUnchanged)
  const navigation = made.plan.navigation.map(({ group, pages }) => ({ group, pages: [...pages] }))
  for (const page of missing) {
    const former = plan.navigation.find(({ pages }) => pages.includes(page))
    const place = navigation.find(({ group }) => group === former?.group)
    if (place) place.pages.push(page)
    else navigation.push({ group: former?.group ?? '', pages: [page] })
  }
  return { ...placePages({ ...made.plan, navigation }), ...countsOf(made) }
}

/** What the answer says about the pages that it lists. Without a list of pages to write again, it says nothing. */
function judgementOf({ plan, rewrite }: MadePlan, former: Plan): Pick<PlanFile, 'stillRight' | 'rewrite'> {
  if (!rewrite) return {}
  const before = new Set(pagesOf(former).map(({ slug }) => slug))
  const listed = pagesOf(plan).filter(({ slug }) => before.has(slug))
  const slugs = listed.map(({ slug }) => slug)
  return {
    stillRight: slugs.filter((slug) => !rewrite.includes(slug)),
    rewrite: slugs.filter((slug) => rewrite.includes(slug)),
  }
}

/** Renamed files keep their place in the plan, and files that are gone leave it. */
function withMovedFiles(plan: Plan, { renamed, removed }: Changes): Plan {
  const gone = new Set(removed)
  const moved = (files: readonly string[]) =>
    files.filter((path) => !gone.has(path)).map((path) => renamed.get(path) ?? path)
  const updated = ({ files, ...page }: PlannedPage) => (files ? { ...page, files: moved(files) } : page)
  return { ...plan, navigation: plan.navigation.map(({ group, pages }) => ({ group, pages: pages.map(updated) })) }
}

const versionsOf = async (plan: Plan, { work }: PlannedClone): Promise<Versions> =>
  new Map(
    await Promise.all(
      pagesOf(plan).map(
        async (page) => [page.slug, await work.versionsOf(page.slug, { entry: entryDigest(page) })] as const,
      ),
    ),
  )

/** Every path that a page was made from, in any stored version. */
const sourcesOf = (page: PlannedPage, versions: Versions): string[] => [
  ...(page.files ?? []),
  ...(versions.get(page.slug) ?? []).flatMap(({ sources }) => sources.map(({ path }) => path)),
]

const isUnchanged = (page: PlannedPage, versions: Versions, { renamed }: Changes, { tree }: PlannedClone): boolean =>
  (versions.get(page.slug) ?? []).some(({ sources }) =>
    sources.every(({ path, id }) => [path, renamed.get(path) ?? path].some((place) => idIn(tree, place) === id)),
  )

/** Whether nothing is left of what a page was made from. */
function isOrphan(page: PlannedPage, versions: Versions, { tree }: PlannedClone): boolean {
  const sources = sourcesOf(page, versions)
  return sources.length > 0 && sources.every((path) => idIn(tree, path) === '')
}

function withoutOrphans(plan: Plan, isOrphan: (page: PlannedPage) => boolean): Plan | undefined {
  const navigation = plan.navigation
    .map(({ group, pages }) => ({ group, pages: pages.filter((page) => !isOrphan(page)) }))
    .filter(({ pages }) => pages.length > 0)
  return navigation.length > 0 ? placePages({ ...plan, navigation }) : undefined
}
