import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { scheduleCleanup } from '../../shared/aws/cleanups.ts'
import type { Table } from '../../shared/aws/clients.ts'
import { recordCreation } from '../../shared/aws/creations.ts'
import { within } from '../../shared/aws/deadline.ts'
import { ring } from '../../shared/aws/doorbell.ts'
import { dequeue, enqueue } from '../../shared/aws/queue.ts'
import { findUser } from '../../shared/aws/user-store.ts'
import { forgetGeneration, readRecord, rememberGeneration, reserve } from '../../shared/aws/variant-store.ts'
import { DefaultsEnv, GuardEnv, readEnv } from '../../shared/env.ts'
import { DomainError } from '../../shared/errors.ts'
import type { Assignment, GenerationRecord } from '../../shared/generation.ts'
import { isActive, transitions } from '../../shared/lifecycle.ts'
import type { Log } from '../../shared/log.ts'
import { generationPrefix, storedPrefix } from '../../shared/object-keys.ts'
import { parseRepositoryUrl, resolveGuarded } from '../../shared/repository-address.ts'
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

/** What the ring may take; a queue that does not answer must not make an accepted request look like a failed one. */
const RING_MS = 3_000

/**
 * Validates, reserves, rings. Whatever comes later shows in the variant's status.
 *
 * @throws DomainError where the request cannot be fulfilled, among them `private-address` and `already-generating`
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
  // Reserved is accepted, whatever comes: without this ring the sweeper's comes within a minute.
  await within(RING_MS, async () => await ring(resources.queue)).catch((error) =>
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
  const known = Provider.safeParse(provider)
  if (!known.success) throw new DomainError('invalid-provider', { provider, known: Provider.options })
  const model = request.ai_model || defaults.AI_MODEL
  if (!model) throw new DomainError('model-required', {})
  const branch = request.branch ?? DEFAULT_BRANCH_KEY
  return { owner: caller.username, name, branch, provider: known.data, model }
}

function nameOf({ repo_url, repo_path }: GenerateRequest): string {
  const name = repo_url ? parseRepositoryUrl(repo_url)?.name : basename(repo_path ?? '')
  const parsed = ProjectName.safeParse(name)
  if (!parsed.success) throw new DomainError('invalid-project-name', { name })
  return parsed.data
}

/** Where to clone from, once it is sure that it is no private address. */
async function checkedRepository(request: GenerateRequest, allowed: string[]): Promise<string> {
  if (request.repo_path !== undefined) return await checkedPath(request.repo_path)
  const address = parseRepositoryUrl(request.repo_url ?? '')
  if (!address) throw new Error('A validated request without a source')
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
  return {
    generationId,
    repoUrl,
    askedRef: request.branch ?? null,
    repoType: request.repo_type ?? null,
    timeoutMinutes: request.ai_cli_timeout ?? readEnv(DefaultsEnv).AI_CLI_TIMEOUT,
    force,
    pageScope: force ? generationId : (before?.pageScope ?? generationId),
    queuedAt: now(),
  }
}

/** How often a request looks again because the variant has moved on under it. */
const LOOKS = 3

/**
 * Takes the variant and a place in the line. The notes that lead to the record are written first: a crash in between leaves
 * notes that point to nothing, never a record that nobody finds. @throws DomainError `already-generating`, `unauthorized`
 */
async function reserveTurn(
  { table }: Resources<'table'>,
  caller: Caller,
  variant: Variant,
  request: GenerateRequest,
  repoUrl: string,
): Promise<Assignment> {
  const key = variantKey(variant)
  for (let look = 1; look <= LOOKS; look++) {
    const before = await readRecord(table, key)
    if (isActive(before)) break
    const assignment = assignmentOf(request, repoUrl, before)
    const { generationId, queuedAt } = assignment
    const waiting = { owner: variant.owner, key, generationId, queuedAt }
    if (before) await scheduleReplaced(table, before, assignment)
    if (!before) await recordCreation(table, variant, key)
    await Promise.all([enqueue(table, waiting), rememberGeneration(table, key, assignment)])
    const there = await userStillExists(table, caller)
    if (there && (await reserve(table, variant, assignment, before)).applied) return assignment
    await Promise.all([dequeue(table, waiting), forgetGeneration(table, generationId)])
    if (!there) throw new DomainError('unauthorized', {})
  }
  throw new DomainError('already-generating', { path: variantPath(variant, { branch: request.branch !== undefined }) })
}

/** Looked at after the note above was written: the deletion of a user marks the user, and then looks for such notes. */
async function userStillExists(table: Table, { username, userId }: Caller): Promise<boolean> {
  if (userId === undefined) return true
  const user = await findUser(table, username)
  return user?.userId === userId && !user.deletion
}

/** What the generation before leaves behind, if readers do not need it, goes after this time. */
const KEPT_MINUTES = 60

async function scheduleReplaced(table: Table, before: GenerationRecord, { pageScope }: Assignment): Promise<void> {
  const prefixes = [generationPrefix(before.key, before.generationId)]
  if (before.pageScope !== pageScope) prefixes.push(storedPrefix(before.key, before.pageScope))
  await Promise.all(prefixes.map((prefix) => scheduleCleanup(table, before.key, prefix, KEPT_MINUTES)))
}
