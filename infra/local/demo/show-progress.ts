import type { VariantView } from '../../../functions/api/variant.ts'

const stages: Record<string, string> = {
  queued: 'waiting for its turn',
  starting: 'starting a runner',
  cloning: 'cloning the repository',
  planning: 'planning the site',
  incremental_planning: 'planning what has changed',
  generating_pages: 'writing pages',
  rendering: 'rendering the site',
  publishing: 'publishing the site',
}

/** Progress on standard output: one line kept up to date on a terminal, elsewhere a plain line for each change. */
export function showProgress(): { show(variant: VariantView): void; end(): void } {
  const started = Date.now()
  let last = ''
  return {
    show(variant) {
      const text = describe(variant)
      const elapsed = `${Math.floor((Date.now() - started) / 1000)} s`
      if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${text} · ${elapsed}`)
      else if (text !== last) console.log(`${elapsed.padStart(6)}  ${text}`)
      last = text
    },
    end() {
      if (process.stdout.isTTY) process.stdout.write('\n')
    },
  }
}

function describe(variant: VariantView): string {
  if (variant.status === 'ready') {
    return variant.current_stage === 'up_to_date'
      ? 'up to date: nothing has changed'
      : `ready: ${variant.page_count} pages`
  }
  if (variant.status !== 'generating') return variant.status
  const stage = stages[variant.current_stage ?? 'queued'] ?? variant.current_stage ?? ''
  const pages =
    variant.current_stage === 'generating_pages' ? `, ${variant.page_count} of ${variant.total_pages ?? '?'} done` : ''
  const attempt = variant.attempt > 1 ? ` (attempt ${variant.attempt})` : ''
  return `${stage}${pages}${attempt}${variant.waiting_reason ? `: ${variant.waiting_reason}` : ''}`
}
