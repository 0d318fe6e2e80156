import { chmod, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { donePage } from '../shared/done-pages.ts'
import { maskFor, type RunnerEnv } from '../shared/env.ts'
import { DomainError, isDomainError } from '../shared/errors.ts'
import { forgeOf } from '../shared/forge.ts'
import type { GenerationRecord } from '../shared/generation.ts'
import { countUnverified } from '../shared/page.ts'
import { pagesOf } from '../shared/plan.ts'
import { removeTree } from '../shared/remove-tree.ts'
import { parseRepositoryUrl, webUrlOf } from '../shared/repository-address.ts'
import type { PublishedSite, SiteContext } from '../shared/site.ts'
import { now } from '../shared/time.ts'
import { systemPrompt } from './ai/answer/prompts.ts'
import { makeScratch, PASSABLE } from './ai/call/call-directory.ts'
import { openSession, requireProvider } from './ai/call/session.ts'
import { attempt, type Ending, type Job, type Outcome, type RunningJob } from './attempt.ts'
import { DISK_FULL, DiskFilledByOthers, holdsMostOfDisk, isDiskFull, isNearlyFull, retryWhileDiskFull } from './disk.ts'
import { openImages } from './files/committed-images.ts'
import { openDifferences } from './kept/differences.ts'
import { findKept } from './kept/find-kept.ts'
import { formerCommit, openStoredWork } from './kept/stored-work.ts'
import { verifiedCitations } from './kept/verified-citations.ts'
import type { Progress } from './progress.ts'
import { type CodeIndex, indexCode } from './review/code-index.ts'
import { notesOnMasked } from './secrets/mask-published.ts'
import { drawDiagrams } from './site/diagrams/draw-diagrams.ts'
import { serverRepository } from './site/forge-urls.ts'
import { type Loss, renderSite } from './site/render-site.ts'
import { type Clone, cloneRepository } from './stages/clone.ts'
import { estimateCost, rememberPageCosts } from './stages/estimate.ts'
import { type GitAccess, withGitAccess } from './stages/git-access.ts'
import { lostFiles } from './stages/lost-files.ts'
import { logRemoved, neutralise } from './stages/neutralise.ts'
import { obtainPlan, type StoredPlan } from './stages/obtain-plan.ts'
import { uploadSite } from './stages/publish.ts'
import { readFormerSite } from './stages/read-former-site.ts'
import { scanClone } from './stages/scan-clone.ts'
import { isUpToDate } from './stages/up-to-date.ts'
import { type WrittenPages, writePages } from './stages/write-pages.ts'
import { limitClone } from './steering/limit-clone.ts'
import { ownerWishes } from './steering/owner-wishes.ts'

/** Makes one attempt at a generation, stage by stage. */
export const run = async (job: Job): Promise<Outcome> =>
  await attempt(job, async (working, record, progress) => {
    const { log, signal } = working
    return await retryWhileDiskFull(async () => await inWorkspace(working, record, progress), { log, progress, signal })
  })

async function inWorkspace(job: RunningJob, record: GenerationRecord, progress: Progress): Promise<Ending> {
  const workspace = await mkdtemp(join(job.env.TMPDIR, 'docsfy-')).catch((error) =>
    explainDiskFull(job.env.TMPDIR, error),
  )
  // A CLI with its own user passes through to the clone and to its HOME, and can list nothing.
  if (job.env.AI_CLI_UID !== undefined) await chmod(workspace, PASSABLE)
  try {
    return await work(job, record, progress, workspace)
  } catch (error) {
    return await explainDiskFull(workspace, error)
  } finally {
    await removeTree(workspace).catch((error) => job.log.warn('the workspace could not be removed', { error }))
  }
}

/** Tells a disk that is too small for this task from one that others have filled. git doesn't always name a full disk. */
async function explainDiskFull(folder: string, error: unknown): Promise<never> {
  const full = isDiskFull(error) || (isDomainError(error, 'clone-failed') && (await isNearlyFull(folder)))
  if (!full) throw error
  if (!(await holdsMostOfDisk(folder))) throw new DiskFilledByOthers('the disk is full', { cause: error })
  throw new DomainError('clone-failed', { message: DISK_FULL }, { cause: error })
}

async function work(job: RunningJob, record: GenerationRecord, progress: Progress, workspace: string): Promise<Ending> {
  const scratch = await makeScratch(workspace)
  const version = await requireProvider(job, record, scratch)

  const clone = await makeClone(job, record, progress, workspace)
  job.log.info(`cloned ${record.repoUrl} at ${clone.ref}, commit ${clone.commit}`)
  for (const note of clone.steering.notes) job.log.warn(note)
  if (clone.steering.notes.length > 0) progress.note({ notes: clone.steering.notes })
  const wishes = wishesOf(record, clone)
  if (isUpToDate(record, { ...clone, wishes }) && (await isWhole(job, record)))
    return { transition: 'upToDate', writes: { commit: clone.commit, ref: clone.ref } }
  // Before files with credentials are removed, so that what they hold is masked wherever else it appears.
  await scanClone(clone.path, job.secrets, { ...job, onStep: () => progress.note({}) })
  logRemoved(job.log, await neutralise(clone.path, record.provider))
  await limitClone(clone.path, clone.steering.settings, () => progress.note({}))

  progress.note({ commit: clone.commit, ref: clone.ref, donePages: 0 })
  const session = openSession(job, record, progress, { clone: clone.path, scratch, system: systemPrompt(), wishes })
  const work = openStoredWork(job.bucket, record, { ref: clone.ref, wishes }, job.log)
  const differences = openDifferences(clone.path, { ...job, home: join(workspace, 'home') })
  const planned = { ...clone, work, differences, code: codeOf(clone.path, job.signal) }
  const stored = await obtainPlan(session, record, planned, (stage) => progress.note({ stage }))
  const verify = async (markdown: string) => await verifiedCitations(session, markdown)
  const kept = await findKept(stored, { ...planned, verify })

  const totalPages = pagesOf(stored.plan).length
  const missing = totalPages - kept.size
  const planUsd = session.budget.costUsd()
  const estimatedCostUsd = record.estimatedCostUsd ?? (await estimateCost(job.table, record, missing, planUsd))
  job.log.info(`the plan has ${totalPages} pages; ${missing} of them have to be written`)
  const notes = [...clone.steering.notes, ...(stored.notes ?? [])]
  progress.note({
    stage: 'generating_pages',
    planKey: stored.planKey,
    totalPages,
    estimatedCostUsd,
    notes,
  })
  // The plan and the estimate are visible before the first page is paid for.
  await progress.flush()
  let donePages = 0
  const written = await writePages(session, record, { plan: stored.plan, kept }, planned, ({ slug }, isNew) => {
    donePages++
    job.log.info(donePage(slug, donePages, totalPages))
    if (isNew) progress.notePage({ donePages })
    else progress.note({ donePages })
  })
  job.log.info(session.budget.describe())
  await rememberPageCosts(job.table, record, missing - written.failed.length, session.budget, planUsd).catch((error) =>
    job.log.warn('the cost of the pages could not be stored for later estimates', { error }),
  )

  const maskedSecrets = stored.maskedSecrets + sum(written.pages.map((page) => page.maskedSecrets ?? 0))
  progress.note({ maskedSecrets, notes: [...notes, ...notesOnMasked(maskedSecrets)] })

  const keptPages = [...kept.values()].filter(({ generationId }) => generationId !== record.generationId).length
  const from = { clone, version, keptPages }
  if (written.failed.length > 0) await failWithPages(job, progress, record, stored, written, from)

  const published = await renderAndUpload(job, progress, record, stored, written, from)
  const unverifiedCitations = sum(written.pages.map(countUnverified))
  return { transition: 'publish', writes: { published, publishedUrl: record.repoUrl, unverifiedCitations, donePages } }
}

const wishesOf = ({ instructions }: GenerationRecord, { steering }: Pick<Clone, 'steering'>): string =>
  ownerWishes({ instructions, settings: steering.settings })

/** What the code of a clone names. It is read for the first plan or page that is written, and for none if all are stored. */
function codeOf(folder: string, signal: AbortSignal): () => Promise<CodeIndex> {
  let code: Promise<CodeIndex> | undefined
  return async () => {
    code ??= indexCode(folder, signal)
    return await code
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

/** Characters, all of them ASCII. */
const LONGEST_FOLDER_NAME = 100

async function makeClone(
  job: RunningJob,
  record: GenerationRecord,
  progress: Progress,
  workspace: string,
): Promise<Clone> {
  const options = {
    path: await makeCloneFolder(job, record, workspace),
    home: join(workspace, 'home'),
    allowedPrivateHosts: job.env.ALLOWED_PRIVATE_HOSTS,
    caFile: job.env.GIT_SSL_CAINFO,
    maxMib: job.env.MAX_CLONE_MIB,
    memoryMib: job.env.MAX_GIT_MIB,
    timeoutMinutes: job.env.CLONE_TIMEOUT,
    searchPath: job.env.PATH,
    mask: maskFor(job.env),
    log: job.log,
    signal: job.signal,
    formerCommit: async ({ ref, tree, steering }: Pick<Clone, 'ref' | 'tree' | 'steering'>) => {
      const asked = { ref, wishes: wishesOf(record, { steering }) }
      if (isUpToDate(record, { ...asked, tree })) return undefined
      return await formerCommit(openStoredWork(job.bucket, record, asked, job.log), tree.id)
    },
    onStep: () => progress.note({}),
  }
  const clone = async (access: GitAccess) => await cloneRepository(record, { ...options, access })
  return await withGitAccess(job.env, record, workspace, clone)
}

/**
 * An unguessable path: someone who reads a HOME in a command line still cannot find the clone next to it. The folder has the project's
 * name, because it is all that a CLI is told about where it works.
 */
async function makeCloneFolder({ env }: Job, { name }: GenerationRecord, workspace: string): Promise<string> {
  const hidden = await mkdtemp(join(workspace, 'clone-'))
  if (env.AI_CLI_UID !== undefined) await chmod(hidden, PASSABLE)
  return join(hidden, name.slice(0, LONGEST_FOLDER_NAME))
}

/** Whether the store still has every file of the published site. If not, the log names the missing ones. */
async function isWhole({ bucket, log }: Job, { published }: GenerationRecord): Promise<boolean> {
  const lost = published ? await lostFiles(bucket, published, log) : []
  if (lost.length === 0) return true
  const names = lost.slice(0, 5).join(', ') + (lost.length > 5 ? ', …' : '')
  log.warn(`rebuilding the published site: ${lost.length} of its files are missing or damaged in the store (${names})`)
  return false
}

interface MadeFrom {
  clone: Clone
  /** The version that the CLI reports. */
  version: string
  /** How many of the pages earlier generations have written. */
  keptPages: number
}

async function renderAndUpload(
  job: Job,
  progress: Progress,
  record: GenerationRecord,
  stored: StoredPlan,
  { pages }: WrittenPages,
  { clone, version, keptPages }: MadeFrom,
): Promise<PublishedSite> {
  progress.note({ stage: 'rendering' })
  // Rendering keeps this process too busy to write progress.
  await progress.flush()
  const losses: Loss[] = []
  const context = {
    plan: { ...stored.plan, project_name: clone.steering.settings.title ?? stored.plan.project_name },
    ...(clone.steering.settings.language === undefined ? {} : { language: clone.steering.settings.language }),
    ...(clone.steering.settings.accent === undefined ? {} : { accent: clone.steering.settings.accent }),
    ...whereToBrowse(clone.origin ?? record.repoUrl, job.env.FORGE_KINDS),
    commit: clone.commit,
    ref: clone.ref,
    generatedAt: now(),
    writtenBy: `${record.provider} / ${record.model}, version ${version}`,
    indexable: job.env.SITE_INDEXABLE,
    ...publicAddress(job.env.SITE_BASE_URL, record.name),
  }
  const mask = async (text: string) => (await job.secrets.mask(text)).text
  const files = await renderSite(pages, context, {
    onLoss: (loss) => void losses.push(loss),
    draw: drawDiagrams,
    images: { read: openImages(clone.path, clone.tree.files), mask },
    logo: clone.logo,
    former: await readFormerSite(job.bucket, record, { mask, log: job.log }),
  })
  logLosses(job, losses)
  progress.note({ stage: 'publishing' })
  return await uploadSite(
    job.bucket,
    job.lease,
    { files, stored, pageCount: pages.length, keptPages, pageScope: record.pageScope, clone },
    job.signal,
  )
}

const publicAddress = (base: string | undefined, name: string): { baseUrl?: string } =>
  base === undefined ? {} : { baseUrl: `${base.replace(/(?<!\/)\/+$/, '')}/${encodeURIComponent(name)}/` }

function logLosses({ log }: Job, losses: readonly Loss[]): void {
  for (const [slug, ofPage] of Map.groupBy(losses, (loss) => loss.slug)) {
    const lost = ofPage.slice(0, 10).map(({ what }) => what.slice(0, 200))
    if (ofPage.length > lost.length) lost.push('…')
    log.warn(
      `page '${slug}' lost ${ofPage.length} of its links, images, drawings, scripts and styles: ${lost.join(', ')}`,
    )
  }
}

/** Where people browse the repository, and what its host runs; null for a path on a disk. */
function whereToBrowse(repoUrl: string, kinds: RunnerEnv['FORGE_KINDS']): Pick<SiteContext, 'browseUrl' | 'forge'> {
  const address = parseRepositoryUrl(repoUrl)
  if (!address) return { browseUrl: null }
  const url = webUrlOf(address)
    .replace(/\/$/, '')
    .replace(/\.git$/, '')
  const forge = forgeOf(url, kinds)
  const browseUrl = forge === 'bitbucket-server' ? serverRepository(url) : url
  return { browseUrl, ...(forge ? { forge } : {}) }
}

/** Fails the generation. Placeholders are never published, but if there is no site yet, the finished pages are. */
async function failWithPages(
  job: Job,
  progress: Progress,
  record: GenerationRecord,
  stored: StoredPlan,
  written: WrittenPages,
  from: MadeFrom,
): Promise<never> {
  const failed = written.failed.map(({ slug }) => slug)
  const titles = written.failed.map(({ title }) => `'${title}'`).join(', ')
  const byReason = [...Map.groupBy(written.failed, (page) => page.message)]
  // The most common one is never among those that are cut: it is what stopped the rest.
  const sorted = byReason.toSorted(([, one], [, other]) => other.length - one.length)
  const reasons = sorted
    .slice(0, 3)
    .map(([reason]) => reason)
    .join('; ')
  const message = `${failed.length} of ${failed.length + written.pages.length} pages could not be written (${titles}): ${reasons}. Try again to generate only those.`
  const publishable = record.published === undefined && written.pages.length > 0
  const published = publishable ? await renderAndUpload(job, progress, record, stored, written, from) : undefined
  throw new DomainError('pages-failed', { message, failed, published })
}
