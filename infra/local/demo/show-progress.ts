import type { VariantView } from '../../../api/variant.ts'
import type { Stage } from '../../../shared/generation.ts'
import { isActive } from '../../../shared/lifecycle.ts'
import { visibleLine } from '../../../shared/visible-text.ts'
import { widthOf } from '../print.ts'
import { durationText, remainingSeconds } from './remaining-time.ts'

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
  /** Shows that a page is done, for good. */
  page(title: string): void
  end(): void
}

/**
 * Shows progress on standard output: a line for each finished page, and below them, on a terminal, one that is updated in place;
 * elsewhere a new line for each change.
 *
 * @param concurrent - how many pages are written at once
 */
export function showProgress(concurrent: number): ProgressDisplay {
  const started = Date.now()
  const elapsed = () => `${Math.floor((Date.now() - started) / 1000)} s`
  const estimate = estimateTime(concurrent)
  const isTerminal = process.stdout.isTTY
  let last = ''
  const say = (text: string, more: readonly string[] = []) => {
    // Leave the cursor at the start of the line, so that a log line or the terminal's ^C overwrites it.
    if (isTerminal) process.stdout.write(`\r${CLEAR}${fitToTerminal([text, ...more, elapsed()].join(' · '))}\r`)
    else if (text !== last) console.log(`${elapsed().padStart(6)}  ${text}`)
    last = text
  }
  return {
    show: (variant) => say(visibleLine(describe(variant)), [...costOf(variant), ...estimate(variant)]),
    say: (text) => say(visibleLine(text)),
    page(title) {
      const line = `  ✓ ${visibleLine(title)}`
      if (isTerminal) process.stdout.write(`\r${CLEAR}${fitToTerminal(line)}\n`)
      else console.log(`      ${line}`)
    },
    end() {
      if (isTerminal && last) process.stdout.write(`\r${CLEAR}${fitToTerminal(`${last} · ${elapsed()}`)}\n`)
    },
  }
}

/** Erases from the cursor to the end of the line. */
const CLEAR = '\u001b[K'

/** Cuts the text to one line: a wrapped line could not be updated in place. */
function fitToTerminal(text: string): string {
  const columns = (process.stdout.columns || 80) - 1
  let fitting = text
  while (widthOf(fitting) > columns) fitting = [...fitting].slice(0, -1).join('')
  return fitting === text ? text : `${[...fitting].slice(0, -1).join('')}…`
}

function describe(variant: VariantView): string {
  if (variant.status === 'ready') {
    return variant.current_stage === 'up_to_date'
      ? 'up to date: nothing has changed'
      : `ready: ${variant.page_count} pages`
  }
  if (!isActive(variant)) return variant.status
  const stage = stages[variant.current_stage ?? 'queued']
  const pages = isWriting(variant) ? `, ${variant.page_count} of ${variant.total_pages ?? '?'} done` : ''
  const attempt = variant.attempt > 1 ? ` (attempt ${variant.attempt})` : ''
  return `${stage}${pages}${attempt}${variant.waiting_reason ? `: ${variant.waiting_reason}` : ''}`
}

const isWriting = ({ current_stage }: VariantView): boolean => current_stage === 'generating_pages'

/** Nothing for what is free, such as the stand-in. */
function costOf(variant: VariantView): string[] {
  const { total_cost_usd: cost, estimated_cost_usd: estimated } = variant
  if (!cost || !isActive(variant)) return []
  return [estimated && estimated > cost ? `${usd(cost)} of about ${usd(estimated)}` : usd(cost)]
}

/** An amount in US dollars, as people write it. */
export const usd = (amount: number): string =>
  amount > 0 && amount < 0.01 ? 'less than $0.01' : `$${amount.toFixed(2)}`

/** How long it will take, by the pages that were written since this display was opened. */
function estimateTime(concurrent: number): (variant: VariantView) => string[] {
  let first: { at: number; done: number } | undefined
  return (variant) => {
    if (!isActive(variant) || !isWriting(variant) || variant.total_pages === null) return []
    const { page_count: done, total_pages: total } = variant
    first ??= { at: Date.now(), done }
    const seconds = (Date.now() - first.at) / 1_000
    const left = remainingSeconds({ done, total, concurrent, doneSince: done - first.done, seconds })
    return left === undefined ? [] : [`about ${durationText(left)} left`]
  }
}
