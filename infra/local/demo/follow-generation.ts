import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import type { VariantView } from '../../../api/variant.ts'
import { isActive } from '../../../shared/lifecycle.ts'
import type { GenerateRequest } from '../../../shared/request.ts'
import { DEFAULT_BRANCH_KEY, type Provider } from '../../../shared/variant.ts'
import { detailOf, jsonOf, type LocalClient } from '../api-client.ts'
import { showProgress } from './show-progress.ts'

const POLL_MS = 300

/** A request for a project's default branch that leaves nothing of its variant open. */
export type DemoRequest = z.input<typeof GenerateRequest> & { ai_provider: Provider; ai_model: string }

/**
 * Asks for a generation and shows its progress until it ends, however it ends. One that is under way already, from an earlier
 * start, is followed instead.
 *
 * @param name - of the project
 * @param stop - ends the following, not the generation: rejects with this signal's reason
 * @throws Error with the service's answer to a request that it refuses
 */
export async function followGeneration(
  api: LocalClient,
  name: string,
  request: DemoRequest,
  stop: AbortSignal,
): Promise<VariantView> {
  try {
    const generationId = await requestOrFind(api, name, request)
    await tellOthers(api, generationId)
    return await follow(api, generationId, stop)
  } catch (error) {
    // The service may be closing: a call that fails for that is no news.
    stop.throwIfAborted()
    throw error
  }
}

/** The id of a new generation, or of the one under way that keeps it from beginning. */
async function requestOrFind(api: LocalClient, name: string, request: DemoRequest): Promise<string> {
  const ask = async () => await api.ask('POST /api/generate', { body: request })
  const asked = await ask()
  if (asked.status !== 409) return jsonOf(asked, 202).generation_id
  const underWay = await findUnderWay(api, name, request)
  // It has ended between the two questions.
  if (!underWay) return jsonOf(await ask(), 202).generation_id
  console.log('An earlier start has begun with this: it goes on where it was.')
  if (request.force) console.log('--force does not change what is under way: give it again after this has ended.')
  return underWay
}

async function findUnderWay(
  api: LocalClient,
  name: string,
  { ai_provider, ai_model }: DemoRequest,
): Promise<string | undefined> {
  const found = await api.ask('GET /api/projects/{name}/{branch}/{provider}/{model}', {
    params: { name, branch: DEFAULT_BRANCH_KEY, provider: ai_provider, model: ai_model },
  })
  return found.status === 200 && isActive(found.json) ? found.json.generation_id : undefined
}

/** What an earlier start left unfinished goes on beside this one, and takes its share of the machine. */
async function tellOthers(api: LocalClient, generationId: string): Promise<void> {
  const { projects } = jsonOf(await api.ask('GET /api/status'), 200)
  for (const other of projects) {
    if (!isActive(other) || other.generation_id === generationId) continue
    console.log(
      `From an earlier start, this goes on too: ${other.name} with ${other.ai_provider} / ${other.ai_model}. (POST …/abort stops it.)`,
    )
  }
}

async function follow(api: LocalClient, generation_id: string, stop: AbortSignal): Promise<VariantView> {
  const progress = showProgress()
  try {
    for (;;) {
      const found = await api.ask('GET /api/projects/by-id/{generation_id}', { params: { generation_id } })
      // A service in trouble says so, and gets well again.
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
