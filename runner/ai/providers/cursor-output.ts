import * as z from 'zod'
import { type FailureKind, kindOfText, networkWordings, TOO_LARGE } from './failures.ts'
import { parseLine } from './parse-line.ts'
import type { CliEnd, OutputReader } from './provider.ts'
import { verdictOn } from './texts.ts'
import { type Answer, type Usage, unknownUsage } from './usage.ts'

const Tokens = z.looseObject({
  inputTokens: z.number().default(0),
  outputTokens: z.number().default(0),
  cacheReadTokens: z.number().default(0),
})
const Result = z.looseObject({
  type: z.literal('result'),
  is_error: z.boolean().default(false),
  result: z.string().default(''),
  usage: Tokens.optional(),
})
type Result = z.infer<typeof Result>

/** Reads cursor-agent's single JSON object. On failure it exits with code 1 and gives the reason on stderr. */
export function readCursor(): OutputReader {
  let result: Result | undefined
  return {
    line(text) {
      const parsed = parseLine(text, Result)
      result = parsed ?? result
      if (!parsed) return 'noise'
      const verdict = verdictOn(parsed.result)
      return verdict === 'useful' ? 'last' : verdict
    },
    finish: (end) => answerOf(result, end),
  }
}

function answerOf(result: Result | undefined, { stderr }: CliEnd): Answer {
  const usage = usageOf(result?.usage)
  const text = result?.result.trim() ?? ''
  if (result && !result.is_error && text) return { ok: true, text, usage }
  const message = (result?.is_error && text) || stderr.trim()
  if (result && !result.is_error) return { ok: false, kind: 'empty', message, usage }
  return { ok: false, kind: kindOfText(message, wordings) ?? (result ? 'rejected' : 'crashed'), message, usage }
}

/** In this order: a limit's message may name the key, and a model's the network. */
const wordings: [RegExp, FailureKind][] = [
  [/unknown option|workspace trust/i, 'misused'],
  [/usage limit|spend(ing)? limit/i, 'usage-limit'],
  [/out of credits|payment/i, 'no-credit'],
  [/rate limit|too many requests|\b429\b/i, 'rate-limited'],
  [TOO_LARGE, 'too-large'],
  [
    /model.*(not (found|available|supported)|unknown|invalid|in your region)|(unknown|invalid|cannot use this) model/i,
    'unknown-model',
  ],
  [/not logged in|authenticat|unauthorized|api key/i, 'key-refused'],
  [/content policy|safety|refused to/i, 'refused'],
  [/overloaded|unavailable|\b503\b/i, 'overloaded'],
  [/\b50[0-9]\b|internal (server )?error/i, 'server-error'],
  ...networkWordings,
  [/network/i, 'unreachable'],
]

const usageOf = (tokens: z.infer<typeof Tokens> | undefined): Usage =>
  tokens
    ? {
        costUsd: null,
        input: tokens.inputTokens + tokens.cacheReadTokens,
        cached: tokens.cacheReadTokens,
        output: tokens.outputTokens,
      }
    : unknownUsage
