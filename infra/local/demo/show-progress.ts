import type { VariantView } from '../../../api/variant.ts'
import type { Stage } from '../../../shared/generation.ts'
import { visibleLine } from '../../../shared/visible-text.ts'

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
  /** Shows any other text in place of the progress. */
  say(text: string): void
  end(): void
}

/** Shows progress on standard output: on a terminal one line that is updated in place, elsewhere a new line for each change. */
export function showProgress(): ProgressDisplay {
  const started = Date.now()
  const elapsed = () => `${Math.floor((Date.now() - started) / 1000)} s`
  let last = ''
  const say = (text: string) => {
    // Leave the cursor at the start of the line, so that a log line or the terminal's ^C overwrites it.
    if (process.stdout.isTTY) process.stdout.write(`\r${CLEAR}${fitToTerminal(`${text} · ${elapsed()}`)}\r`)
    else if (text !== last) console.log(`${elapsed().padStart(6)}  ${text}`)
    last = text
  }
  return {
    show: (variant) => say(visibleLine(describe(variant))),
    say: (text) => say(visibleLine(text)),
    end() {
      if (process.stdout.isTTY && last) process.stdout.write(`\r${CLEAR}${last} · ${elapsed()}\n`)
    },
  }
}

/** Erases from the cursor to the end of the line. */
const CLEAR = '\u001b[K'

/** Cuts the text to one line: a wrapped line could not be updated in place. */
const fitToTerminal = (text: string): string => [...text].slice(0, (process.stdout.columns ?? 80) - 1).join('')

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
