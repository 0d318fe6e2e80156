import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { scheduleCleanup } from '../../shared/aws/cleanups.ts'
import type { Table } from '../../shared/aws/clients.ts'
import { within } from '../../shared/aws/deadline.ts'
import { ring } from '../../shared/aws/doorbell.ts'
import { forgetGeneration, rememberGeneration } from '../../shared/aws/generation-ids.ts'
import { countQueued, dequeue, enqueue } from '../../shared/aws/queue.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { findUser } from '../../shared/aws/user-store.ts'
import { reserve } from '../../shared/aws/variant-store.ts'
import { DefaultsEnv, GuardEnv, RequestLimitsEnv, readEnv } from '../../shared/env.ts'
import { DomainError } from '../../shared/errors.ts'
import type { Assignment, GenerationRecord } from '../../shared/generation.ts'
import { isActive, isReady, transitions } from '../../shared/lifecycle.ts'
import type { Log } from '../../shared/log.ts'
import { generationPrefix, storedPrefix } from '../../shared/object-keys.ts'
import { isSameRepository, parseRepositoryUrl } from '../../shared/repository-address.ts'
import { resolveGuarded } from '../../shared/repository-guard.ts'
import type { GenerateRequest } from '../../shared/request.ts'
import { now } from '../../shared/time.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'
import {
  DEFAULT_BRANCH_KEY,
  ProjectName,
  Provider,
  type Variant,
  variantKey,
  variantPath,
} from '../../shared/variant.ts'
import type { Resources } from '../resources.ts'

/** A queue that doesn't answer must not make an accepted request fail. */
const RING_TIMEOUT_MS = 3_000

/**
 * Validates the request, reserves the variant and rings the doorbell. Later failures show in the variant's status.
 *
 * @throws DomainError if the request cannot be accepted, such as `private-address` or `already-generating`
 */
export async function generate(
  resources: Resources<'table' | 'queue'>,
  request: GenerateRequest,
  caller: Caller,
  log: Log,
) {
  if (request.repo_path !== undefined && !isAdmin(caller)) throw new DomainError('local-path-needs-admin', {})
  const variant = variantOf(request, caller, readEnv(DefaultsEnv))
  const repoUrl = await checkedRepository(request, readEnv(GuardEnv).ALLOWED_PRIVATE_HOSTS)
  const assignment = await reserveTurn(resources, caller, variant, request, repoUrl)
  // Once reserved, the request is accepted: if this ring fails, the sweeper rings within a minute.
  await within(RING_TIMEOUT_MS, async () => await ring(resources.queue)).catch((error) =>
    log.warn('the doorbell did not ring; the sweeper will', { error }),
  )
  const { name, branch } = variant
  const { generationId, repoType } = assignment
  return { project: name, status: transitions.reserve.status, branch, generation_id: generationId, repo_type: repoType }
}

function variantOf(
  request: GenerateRequest,
  caller: Caller,
  defaults: { AI_PROVIDER: string; AI_MODEL: string },
): Variant {
  const name = nameOf(request)
  const provider = request.ai_provider ?? defaults.AI_PROVIDER
  const parsed = Provider.safeParse(provider)
  if (!parsed.success) throw new DomainError('invalid-provider', { provider, known: Provider.options })
  const model = request.ai_model || defaults.AI_MODEL
  if (!model) throw new DomainError('model-required', {})
  const branch = request.branch ?? DEFAULT_BRANCH_KEY
  return { owner: caller.username, name, branch, provider: parsed.data, model }
}

function nameOf({ name: asked, repo_url, repo_path }: GenerateRequest): string {
  if (asked !== undefined) return asked
  const name = repo_url ? parseRepositoryUrl(repo_url)?.name : basename(repo_path ?? '')
  const parsed = ProjectName.safeParse(name)
  if (!parsed.success) throw new DomainError('invalid-project-name', { name })
  return parsed.data
}

/** The URL to clone from, checked not to be a private address. */
async function checkedRepository(request: GenerateRequest, allowed: string[]): Promise<string> {
  if (request.repo_path !== undefined) return await checkedPath(request.repo_path)
  const address = parseRepositoryUrl(request.repo_url ?? '')
  if (!address) throw new Error('The validated request has no source')
  await resolveGuarded(address, allowed)
  return address.url
}

async function checkedPath(path: string): Promise<string> {
  const exists = async (place: string) => await stat(place).then(Boolean, () => false)
  if (!(await exists(path))) throw new DomainError('path-not-found', { path })
  if (!(await exists(join(path, '.git')))) throw new DomainError('path-without-git', { path })
  return pathToFileURL(path).href
}

function assignmentOf(request: GenerateRequest, repoUrl: string, before: GenerationRecord | undefined): Assignment {
  const generationId = randomUUID()
  const force = request.force ?? false
  const instructions = request.instructions?.trim()
  return {
    generationId,
    repoUrl,
    askedRef: request.branch ?? null,
    repoType: request.repo_type ?? null,
    ...(instructions ? { instructions } : {}),
    timeoutMinutes: request.ai_cli_timeout ?? readEnv(DefaultsEnv).AI_CLI_TIMEOUT,
    force,
    pageScope: force || !before || isReady(before) ? generationId : before.pageScope,
    queuedAt: now(),
  }
}

/** Attempts to reserve a variant that keeps changing underneath. */
const ATTEMPTS = 3

/**
 * Reserves the variant and enqueues the generation. Everything that points to the record is written first: a crash in between
 * leaves pointers to nothing, never a record that nothing points to.
 *
 * @throws DomainError `already-generating`, `documents-another`, `queue-full`, `unauthorized`
 */
async function reserveTurn(
  { table }: Resources<'table'>,
  caller: Caller,
  variant: Variant,
  request: GenerateRequest,
  repoUrl: string,
): Promise<Assignment> {
  const key = variantKey(variant)
  const maxQueued = readEnv(RequestLimitsEnv).MAX_QUEUED_PER_OWNER
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const [before, queued] = await Promise.all([readRecord(table, key), countQueued(table, variant.owner, maxQueued)])
    if (isActive(before)) break
    requireSameRepository(before, request, repoUrl)
    if (queued >= maxQueued) throw new DomainError('queue-full', { queued, max: maxQueued })
    const assignment = assignmentOf(request, repoUrl, before)
    const { generationId, queuedAt } = assignment
    const waiting = { owner: variant.owner, key, generationId, queuedAt, atFront: false }
    if (before) await scheduleReplaced(table, before, assignment)
    await Promise.all([enqueue(table, waiting), rememberGeneration(table, key, assignment)])
    const [userExists, hasPlace] = await Promise.all([
      userStillExists(table, caller),
      hasPlaceInQueue(table, variant.owner, maxQueued),
    ])
    const admitted = userExists && hasPlace
    if (admitted && (await reserve(table, variant, assignment, before)).applied) return assignment
    await Promise.all([dequeue(table, waiting), forgetGeneration(table, generationId)])
    if (!userExists) throw new DomainError('unauthorized', {})
    if (!hasPlace) throw new DomainError('queue-full', { queued: maxQueued, max: maxQueued })
  }
  throw new DomainError('already-generating', { path: variantPath(variant, { branch: request.branch !== undefined }) })
}

/**
 * Counts again once the entry is there, so that of concurrent requests the last one sees all entries: there are never more than
 * `max`. Several that arrive together for the last place may all be refused.
 */
const hasPlaceInQueue = async (table: Table, owner: string, max: number): Promise<boolean> =>
  (await countQueued(table, owner, max + 1)) <= max

/**
 * Readers of a published site must not find another repository's in its place, unless the owner forces it. This decides for the
 * conditional write that follows: an ended record doesn't change, and `reserve` requires that the record is still the one read here.
 */
function requireSameRepository(
  before: GenerationRecord | undefined,
  { force }: GenerateRequest,
  repoUrl: string,
): void {
  const { name, publishedUrl } = before ?? {}
  if (force || name === undefined || publishedUrl === undefined || isSameRepository(publishedUrl, repoUrl)) return
  throw new DomainError('documents-another', { name, repository: shownAddress(publishedUrl) })
}

const shownAddress = (url: string): string => (url.startsWith('file:') ? fileURLToPath(url) : url)

/** Must run after the entry is enqueued: deleting a user marks the user first and then checks for entries. */
async function userStillExists(table: Table, { username, userId }: Caller): Promise<boolean> {
  if (userId === undefined) return true
  const user = await findUser(table, username)
  return user?.userId === userId && !user.deletion
}

/** How long to keep what the previous generation left behind, unless readers still need it. */
const KEPT_MINUTES = 60

async function scheduleReplaced(table: Table, before: GenerationRecord, { pageScope }: Assignment): Promise<void> {
  const prefixes = [generationPrefix(before.key, before.generationId)]
  if (before.pageScope !== pageScope) prefixes.push(storedPrefix(before.key, before.pageScope))
  await Promise.all(prefixes.map((prefix) => scheduleCleanup(table, before.key, prefix, KEPT_MINUTES)))
}
