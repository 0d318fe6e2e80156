import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../api-client.ts'
import { showProgress } from './show-progress.ts'

/** Of a variant, as the API shows it, what the demo needs. */
export interface VariantView {
  name: string
  branch: string
  ai_provider: string
  ai_model: string
  status: 'generating' | 'ready' | 'error' | 'aborted'
  current_stage: string | null
  page_count: number
  total_pages: number | null
  error_message: string | null
  waiting_reason: string | null
  attempt: number
}

const POLL_MS = 300

/**
 * Asks for a generation and shows its progress until it ends. One that is under way already, from an earlier start, is
 * followed instead.
 *
 * @throws Error with the message of a generation that did not end well
 */
export async function followGeneration(api: ApiClient, request: object): Promise<VariantView> {
  const { generation_id } = await api.json<{ generation_id: string }>('/api/generate', request)
  const progress = showProgress()
  try {
    for (;;) {
      const variant = await api.json<VariantView>(`/api/projects/by-id/${generation_id}`)
      progress.show(variant)
      if (variant.status === 'ready') return variant
      if (variant.status !== 'generating') throw new Error(variant.error_message ?? variant.status)
      await sleep(POLL_MS)
    }
  } finally {
    progress.end()
  }
}
