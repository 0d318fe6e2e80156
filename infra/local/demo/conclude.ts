import type { VariantView } from '../../../api/variant.ts'
import { DEFAULT_MAX_COST_USD } from '../../../shared/env.ts'
import { visibleLine, visibleText } from '../../../shared/visible-text.ts'
import type { DemoArguments } from './read-arguments.ts'
import { durationText } from './remaining-time.ts'
import { usd } from './show-progress.ts'

/** What was made and what it cost, in a sentence or two. */
export function whatWasMade(variant: VariantView, { standIn }: Pick<DemoArguments, 'standIn'>): string {
  const { page_count: pages, kept_pages: kept, generation_duration: seconds } = variant
  if (variant.current_stage === 'up_to_date')
    return `The site has ${count(pages, 'page')} and is up to date. ${costOf(variant, standIn)}`
  const taken = kept ? `, ${kept} of them unchanged from before` : ''
  const time = seconds === null ? '' : ` in ${durationText(seconds)}`
  return `Made ${count(pages, 'page')}${taken}${time}. ${costOf(variant, standIn)}`
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

function costOf({ total_cost_usd: cost, spent_usd: spent }: VariantView, standIn: boolean): string {
  if (standIn) return 'It cost nothing.'
  if (cost === null) return 'What it cost is not known: see your account with the provider.'
  return `It cost ${usd(cost)}${spent > cost ? `, with all earlier tries ${usd(spent)}` : ''}.`
}

/** What a reader should look at twice. */
export function whatIsDoubtful(variant: VariantView, judgement: string | undefined): string[] {
  const { unverified_citations: unverified, notes } = variant
  const byRunner = unverified ? [`${count(unverified, 'citation')} could not be confirmed, and the pages say so.`] : []
  return [
    ...(judgement ? [`Held against the code: ${visibleText(judgement)}.`] : byRunner),
    ...notes.map((note) => `Note: ${visibleLine(note)}`),
  ]
}

/** Why the generation did not succeed, what can be read anyway, and what to do. */
export function whatFailed({ error_message, status, last_generated, page_count }: VariantView): string {
  const reason = visibleText(error_message ?? status)
  return last_generated === null
    ? `${reason}\nNothing is published yet. Run the same command to try again; finished pages are kept.`
    : `${reason}\n${page_count} pages are published (${last_generated} UTC). Run the same command to make the missing ones.`
}

/** The way from the stand-in to a real model: the command, in words, is the same with a provider. */
export const WITH_A_MODEL = `The stand-in only arranges what is in the repository. A model reads the code and explains it, for roughly $0.50 a page with claude's default model, and never more than MAX_COST_USD ($${DEFAULT_MAX_COST_USD} unless you set it). This command says first what it needs:`

/** This command line with a real model, as arguments of npm. */
export const commandWithModel = (given: readonly string[]): string[] => [
  'npm',
  'run',
  'demo',
  '--',
  ...given,
  '--provider',
  'claude',
]
