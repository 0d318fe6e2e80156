import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import type { VariantView } from '../../../functions/api/variant.ts'
import type { GenerateRequest } from '../../../shared/request.ts'
import { jsonOf, type LocalClient } from '../api-client.ts'
import { showProgress } from './show-progress.ts'

const POLL_MS = 300

/**
 * Asks for a generation and shows its progress until it ends. One that is under way already, from an earlier start, is
 * followed instead.
 *
 * @throws Error with the message of a generation that did not end well
 */
export async function followGeneration(
  api: LocalClient,
  request: z.input<typeof GenerateRequest>,
): Promise<VariantView> {
  const { generation_id } = jsonOf(await api.ask('POST /api/generate', { body: request }), 202)
  const progress = showProgress()
  try {
    for (;;) {
      const found = await api.ask('GET /api/projects/by-id/{generation_id}', { params: { generation_id } })
      const variant = jsonOf(found, 200)
      progress.show(variant)
      if (variant.status === 'ready') return variant
      if (variant.status !== 'generating') throw new Error(variant.error_message ?? variant.status)
      await sleep(POLL_MS)
    }
  } finally {
    progress.end()
  }
}
