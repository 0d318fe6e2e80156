import type { VariantView } from '../../../api/variant.ts'
import type { Stage } from '../../../shared/generation.ts'

const stages: Record<Stage, string> = {
  queued: 'waiting for its turn',
  starting: 'starting a runner',
  cloning: 'cloning the repository',
  planning: 'planning the site',
  incremental_planning: 'planning what has changed',
  generating_pages: 'writing pages',
  rendering: 'rendering the site',
  publishing: 'publishing the site',
  up_to_date: 'up to date',
}

export interface ProgressDisplay {
  show(variant: VariantView): void
  /** Shows any other text in the place of the progress. */
  say(text: string): void
  end(): void
}

/** Progress on standard output: one line kept up to date on a terminal, elsewhere a plain line for each change. */
export function showProgress(): ProgressDisplay {
  const started = Date.now()
  const elapsed = () => `${Math.floor((Date.now() - started) / 1000)} s`
  let last = ''
  const say = (text: string) => {
    // With the cursor at its beginning: a line of the log, or what the terminal shows for Ctrl-C, takes its place.
    if (process.stdout.isTTY) process.stdout.write(`\r${CLEAR}${fitting(`${text} · ${elapsed()}`)}\r`)
    else if (text !== last) console.log(`${elapsed().padStart(6)}  ${text}`)
    last = text
  }
  return {
    show: (variant) => say(describe(variant)),
    say,
    end() {
      if (process.stdout.isTTY && last) process.stdout.write(`\r${CLEAR}${last} · ${elapsed()}\n`)
    },
  }
}

/** Erases the line from the cursor on. */
const CLEAR = '\u001b[K'

/** A line that wraps could not be replaced by the next one. */
const fitting = (text: string): string => [...text].slice(0, (process.stdout.columns ?? 80) - 1).join('')

function describe(variant: VariantView): string {
  if (variant.status === 'ready') {
    return variant.current_stage === 'up_to_date'
      ? 'up to date: nothing has changed'
      : `ready: ${variant.page_count} pages`
  }
  if (variant.status !== 'generating') return variant.status
  const stage = stages[variant.current_stage ?? 'queued']
  const pages =
    variant.current_stage === 'generating_pages' ? `, ${variant.page_count} of ${variant.total_pages ?? '?'} done` : ''
  const attempt = variant.attempt > 1 ? ` (attempt ${variant.attempt})` : ''
  return `${stage}${pages}${attempt}${variant.waiting_reason ? `: ${variant.waiting_reason}` : ''}`
}
