import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import type { VariantView } from '../../../api/variant.ts'
import { isActive } from '../../../shared/lifecycle.ts'
import type { GenerateRequest } from '../../../shared/request.ts'
import { DEFAULT_BRANCH_KEY, type Provider } from '../../../shared/variant.ts'
import { visibleLine } from '../../../shared/visible-text.ts'
import { detailOf, jsonOf, type LocalClient } from '../api-client.ts'
import { say } from '../print.ts'
import { finishedPages } from './finished-pages.ts'
import { showProgress } from './show-progress.ts'

const POLL_MS = 300

/** A request that names provider and model, so its variant is known. */
export type DemoRequest = z.input<typeof GenerateRequest> & { name: string; ai_provider: Provider; ai_model: string }

/**
 * Requests a generation and shows its progress until it ends, successfully or not. If one is already under way, from an earlier start
 * or for another client, follows that instead.
 *
 * @param stop - stops following but not the generation; rejects with the signal's reason
 * @throws Error with the service's message if it rejects the request
 */
export async function followGeneration(
  { api, isJoined }: { api: LocalClient; isJoined: boolean },
  request: DemoRequest,
  stop: AbortSignal,
): Promise<VariantView> {
  try {
    const generationId = await requestOrFind(api, request, isJoined)
    if (!isJoined) await reportOtherGenerations(api, generationId)
    return await follow(api, generationId, stop)
  } catch (error) {
    // Calls may fail because the service is closing; report the stop instead.
    stop.throwIfAborted()
    throw error
  }
}

/** The id of a new generation, or of the one already running. */
async function requestOrFind(api: LocalClient, request: DemoRequest, isJoined: boolean): Promise<string> {
  const ask = async () => await api.ask('POST /api/generate', { body: request })
  const asked = await ask()
  if (asked.status !== 409) return jsonOf(asked, 202).generation_id
  const running = await findRunning(api, request)
  // It ended between the two calls, or another repository has this name.
  if (!running) return jsonOf(explained(await ask()), 202).generation_id
  say(isJoined ? 'Following the generation that is under way.' : 'Continuing the generation from an earlier start.')
  if (request.force) say('--force does not affect a running generation. Use it again after this one has ended.')
  return running
}

/** In the words of the command line. */
function explained<Reply extends { status: number; json: unknown }>(reply: Reply): Reply {
  const detail = detailOf(reply).replace(
    'Send another "name", or "force" to replace it.',
    'Add --name to give this one another name, or --force to replace that site.',
  )
  return reply.status === 409 ? { ...reply, json: { detail } } : reply
}

async function findRunning(
  api: LocalClient,
  { name, branch, ai_provider, ai_model }: DemoRequest,
): Promise<string | undefined> {
  const found = await api.ask('GET /api/projects/{name}/{branch}/{provider}/{model}', {
    params: { name, branch: branch ?? DEFAULT_BRANCH_KEY, provider: ai_provider, model: ai_model },
  })
  return found.status === 200 && isActive(found.json) ? found.json.generation_id : undefined
}

/** Unfinished generations of earlier starts continue too, and take their share of the machine. */
async function reportOtherGenerations(api: LocalClient, generationId: string): Promise<void> {
  const { projects } = jsonOf(await api.ask('GET /api/status'), 200)
  for (const other of projects) {
    if (!isActive(other) || other.generation_id === generationId) continue
    const what = visibleLine(`${other.name} with ${other.ai_provider} / ${other.ai_model}`)
    say(`Also continuing from an earlier start: ${what}. (POST …/abort stops it.)`)
  }
}

async function follow(api: LocalClient, generation_id: string, stop: AbortSignal): Promise<VariantView> {
  const { settings } = jsonOf(await api.ask('GET /api/admin/settings'), 200)
  const progress = showProgress(settings.max_concurrent_pages)
  const finished = finishedPages(api)
  try {
    for (;;) {
      const found = await api.ask('GET /api/projects/by-id/{generation_id}', { params: { generation_id } })
      // Server errors are temporary: show the message and go on.
      if (found.status >= 500) progress.say(detailOf(found))
      else {
        const variant = jsonOf(found, 200)
        for (const title of await finished(variant)) progress.page(title)
        progress.show(variant)
        if (!isActive(variant)) return variant
      }
      await sleep(POLL_MS, undefined, { signal: stop })
    }
  } finally {
    progress.end()
  }
}
