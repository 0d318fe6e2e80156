import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { scheduleCleanup } from '../shared/aws/cleanups.ts'
import { ring } from '../shared/aws/doorbell.ts'
import { forgetGeneration, readRecord, rememberGeneration, reserve } from '../shared/aws/variant-store.ts'
import { enterWaiting, leaveWaiting } from '../shared/aws/waiting-room.ts'
import { DefaultsEnv, GuardEnv, readEnv } from '../shared/env.ts'
import { DomainError } from '../shared/errors.ts'
import type { Assignment } from '../shared/generation.ts'
import { isActive, transitions } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'
import { generationPrefix } from '../shared/object-keys.ts'
import { parseRepositoryUrl, resolveGuarded } from '../shared/repository-address.ts'
import { GenerateRequest } from '../shared/request.ts'
import { now } from '../shared/time.ts'
import { type Caller, isAdmin } from '../shared/user.ts'
import { DEFAULT_BRANCH_KEY, ProjectName, Provider, type Variant, variantKey, variantPath } from '../shared/variant.ts'
import { requireWriter } from './accounts/permissions.ts'
import { type Doors, doors } from './doors.ts'
import { endpoint, jsonBody } from './http/endpoint.ts'
import { validate } from './http/validate.ts'

type Needed = Pick<Doors, 'table' | 'queue'>

/** POST /api/generate: validate, reserve, ring. Whatever comes later shows in the variant's status. */
export const handler = endpoint(async (call, caller) => {
  const request = validate(GenerateRequest, jsonBody(call))
  requireWriter(caller)
  return { status: 202, json: await generate(doors('table', 'queue'), request, caller, call.log) }
})

/** @throws DomainError `bad-request`, `private-address`, `local-path-needs-admin`, `already-generating` */
export async function generate(opened: Needed, request: GenerateRequest, caller: Caller, log: Log) {
  const variant = variantOf(request, caller, readEnv(DefaultsEnv))
  const repoUrl = await checkedRepository(request, caller, readEnv(GuardEnv).ALLOWED_PRIVATE_HOSTS)
  const assignment = await assignmentOf(opened, variant, request, repoUrl)
  await reserveTurn(opened, variant, assignment, { branch: request.branch !== undefined })
  // Reserved is accepted, whatever comes: without this ring the sweeper's comes within a minute.
  await ring(opened.queue).catch((error) => log.warn('the doorbell did not ring; the sweeper will', { error }))
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
  if (!known.success) {
    throw new DomainError('bad-request', {
      message: `Invalid AI provider: '${provider}'. Must be claude, gemini, or cursor.`,
    })
  }
  const model = request.ai_model || defaults.AI_MODEL
  if (!model) throw new DomainError('bad-request', { message: 'AI model must be specified.' })
  const branch = request.branch ?? DEFAULT_BRANCH_KEY
  return { owner: caller.username, name, branch, provider: known.data, model }
}

function nameOf({ repo_url, repo_path }: GenerateRequest): string {
  const name = repo_url ? parseRepositoryUrl(repo_url)?.name : basename(repo_path ?? '')
  const parsed = ProjectName.safeParse(name)
  if (!parsed.success) throw new DomainError('bad-request', { message: `Invalid project name: '${name}'` })
  return parsed.data
}

/** Where to clone from, once it is sure that the caller may and that it is no private address. */
async function checkedRepository(request: GenerateRequest, caller: Caller, allowed: string[]): Promise<string> {
  if (request.repo_path !== undefined) return await checkedPath(request.repo_path, caller)
  const address = parseRepositoryUrl(request.repo_url ?? '')
  if (!address) throw new Error('A validated request without a source')
  await resolveGuarded(address, allowed)
  return address.url
}

async function checkedPath(path: string, caller: Caller): Promise<string> {
  if (!isAdmin(caller)) throw new DomainError('local-path-needs-admin', {})
  const exists = async (place: string) => await stat(place).then(Boolean, () => false)
  if (!(await exists(path)))
    throw new DomainError('bad-request', { message: `Repository path does not exist: '${path}'` })
  if (!(await exists(join(path, '.git')))) {
    throw new DomainError('bad-request', { message: `Not a git repository (no .git directory): '${path}'` })
  }
  return pathToFileURL(path).href
}

/** What the generation before leaves behind, if it is not the published one, goes after this time. */
const KEPT_MINUTES = 60

async function assignmentOf(
  { table }: Pick<Doors, 'table'>,
  variant: Variant,
  request: GenerateRequest,
  repoUrl: string,
): Promise<Assignment> {
  const generationId = randomUUID()
  const force = request.force ?? false
  const before = await readRecord(table, variantKey(variant))
  if (before && !isActive(before)) {
    await scheduleCleanup(table, before.key, generationPrefix(before.key, before.generationId), KEPT_MINUTES)
  }
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

/**
 * Takes the variant and a place in the line. The notes that lead to the record are written first: a crash in between leaves
 * notes that point to nothing, never a record that nobody finds. @throws DomainError `already-generating`
 */
async function reserveTurn(
  { table }: Pick<Doors, 'table'>,
  variant: Variant,
  assignment: Assignment,
  named: { branch: boolean },
): Promise<void> {
  const { generationId, queuedAt } = assignment
  const waiting = { owner: variant.owner, key: variantKey(variant), generationId, queuedAt }
  await Promise.all([enterWaiting(table, waiting), rememberGeneration(table, waiting.key, assignment)])
  const { moved } = await reserve(table, variant, assignment)
  if (moved) return
  await Promise.all([leaveWaiting(table, waiting), forgetGeneration(table, generationId)])
  throw new DomainError('already-generating', { path: variantPath(variant, named) })
}
