import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import type { VariantView } from '../../../api/variant.ts'
import { isActive } from '../../../shared/lifecycle.ts'
import type { GenerateRequest } from '../../../shared/request.ts'
import { DEFAULT_BRANCH_KEY, type Provider } from '../../../shared/variant.ts'
import { visibleLine } from '../../../shared/visible-text.ts'
import { detailOf, jsonOf, type LocalClient } from '../api-client.ts'
import { showProgress } from './show-progress.ts'

const POLL_MS = 300

/** A request that names provider and model, so its variant is known. */
export type DemoRequest = z.input<typeof GenerateRequest> & { ai_provider: Provider; ai_model: string }

/**
 * Requests a generation and shows its progress until it ends, successfully or not. If one is already running from an earlier start,
 * follows that instead.
 *
 * @param name - of the project
 * @param stop - stops following but not the generation; rejects with the signal's reason
 * @throws Error with the service's message if it rejects the request
 */
export async function followGeneration(
  api: LocalClient,
  name: string,
  request: DemoRequest,
  stop: AbortSignal,
): Promise<VariantView> {
  try {
    const generationId = await requestOrFind(api, name, request)
    await reportOtherGenerations(api, generationId)
    return await follow(api, generationId, stop)
  } catch (error) {
    // Calls may fail because the service is closing; report the stop instead.
    stop.throwIfAborted()
    throw error
  }
}

/** The id of a new generation, or of the one already running. */
async function requestOrFind(api: LocalClient, name: string, request: DemoRequest): Promise<string> {
  const ask = async () => await api.ask('POST /api/generate', { body: request })
  const asked = await ask()
  if (asked.status !== 409) return jsonOf(asked, 202).generation_id
  const running = await findRunning(api, name, request)
  // It ended between the two calls.
  if (!running) return jsonOf(await ask(), 202).generation_id
  console.log('Continuing the generation from an earlier start.')
  if (request.force) console.log('--force does not affect a running generation. Use it again after this one has ended.')
  return running
}

async function findRunning(
  api: LocalClient,
  name: string,
  { branch, ai_provider, ai_model }: DemoRequest,
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
    console.log(`Also continuing from an earlier start: ${what}. (POST …/abort stops it.)`)
  }
}

async function follow(api: LocalClient, generation_id: string, stop: AbortSignal): Promise<VariantView> {
  const progress = showProgress()
  try {
    for (;;) {
      const found = await api.ask('GET /api/projects/by-id/{generation_id}', { params: { generation_id } })
      // Server errors are temporary: show the message and go on.
      if (found.status >= 500) progress.say(detailOf(found))
      else {
        const variant = jsonOf(found, 200)
        progress.show(variant)
        if (!isActive(variant)) return variant
      }
      await sleep(POLL_MS, undefined, { signal: stop })
    }
  } finally {
    progress.end()
  }
}
