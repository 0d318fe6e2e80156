import type { FailureKind } from './failures.ts'

/** What one call used. */
export interface Usage {
  /** US dollars; null when unknown. */
  costUsd: number | null
  /** The CLI does not know the model's price and guessed. */
  guessed?: boolean
  /** Tokens. Those read from the cache are part of `input`. */
  input: number
  cached: number
  output: number
}

/**
 * The outcome of one call of a CLI. `text` is what the model said last, `earlier` what it said before its tool calls, in order: it may
 * hold the answer where the last text doesn't. `message` is the CLI's own wording, where it adds to the kind. `said` is what the model
 * had said when the call failed, in order: a whole answer among it is still an answer. `limitEnds`
 * is when the limit that it has hit ends, in milliseconds since 1970, if the message names it.
 */
export type Answer =
  | { ok: true; text: string; earlier?: string[]; usage: Usage }
  | { ok: false; kind: FailureKind; message: string; usage: Usage; said?: string[]; limitEnds?: number }
export type Failed = Extract<Answer, { ok: false }>

export const unknownUsage: Usage = { costUsd: null, input: 0, cached: 0, output: 0 }

/** For calls that ended before they reached a model. */
export const noUsage: Usage = { ...unknownUsage, costUsd: 0 }

/** `0.43 USD, 12,300 tokens in (10,000 cached), 1,200 out` */
export function describeUsage({ costUsd, guessed, input, cached, output }: Usage): string {
  const cost = costUsd === null ? 'cost unknown' : `${guessed ? 'about ' : ''}${formatUsd(costUsd)}`
  const fromCache = cached > 0 ? ` (${count(cached)} cached)` : ''
  return input + output > 0 ? `${cost}, ${count(input)} tokens in${fromCache}, ${count(output)} out` : cost
}

/** `0.43 USD`; amounts below ten cents with two significant digits. */
export const formatUsd = (usd: number): string => `${usd >= 0.1 || usd === 0 ? usd.toFixed(2) : usd.toPrecision(2)} USD`

const count = (tokens: number): string => tokens.toLocaleString('en-US')
