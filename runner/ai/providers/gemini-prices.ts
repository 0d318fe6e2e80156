/** US dollars per million tokens. With all of these models, tokens read from the cache cost a tenth. */
interface Price {
  input: number
  output: number
  /** For requests whose prompt is longer than 200,000 tokens. */
  long?: { input: number; output: number }
  /** The first day it applies, for announced changes. */
  from?: string
}

/**
 * List prices of the Gemini Developer API, paid tier, standard requests, text.
 * Source: https://ai.google.dev/gemini-api/docs/pricing, as of 2026-10-07 (2.5 models, 3.1 Flash-Lite and 3 Flash: 2026-07-04).
 * If a model has several rows, the last one already in effect counts.
 */
const prices: [model: string, price: Price][] = [
  ['gemini-3.8-flash', { input: 0.75, output: 3.75 }],
  ['gemini-3.8-flash', { input: 1.5, output: 7.5, from: '2027-01-01' }],
  ['gemini-3.5-flash', { input: 1.5, output: 9 }],
  ['gemini-3.5-flash-lite', { input: 0.3, output: 2.5 }],
  ['gemini-3.1-pro-preview', { input: 2, output: 12, long: { input: 4, output: 18 } }],
  ['gemini-3.1-flash-lite', { input: 0.25, output: 1.5 }],
  ['gemini-3-flash-preview', { input: 0.5, output: 3 }],
  ['gemini-2.5-pro', { input: 1.25, output: 10, long: { input: 2.5, output: 15 } }],
  ['gemini-2.5-flash', { input: 0.3, output: 2.5 }],
  ['gemini-2.5-flash-lite', { input: 0.1, output: 0.4 }],
]

const LONG_PROMPT = 200_000

/**
 * The list price of these tokens in US dollars; null for a model without a price here. `cached` tokens are part of `input`.
 *
 * The totals don't show whether a request had a long prompt. A conversation's prompts grow evenly, so the longest is about twice
 * the average. If that is long, every request is priced as long: better to overestimate.
 */
export function costOfTokens(
  model: string,
  { input, cached, output }: { input: number; cached: number; output: number },
  requests: number,
  today = new Date().toISOString().slice(0, 10),
): number | null {
  const price = prices.findLast(([name, { from = '' }]) => name === model && from <= today)?.[1]
  if (!price) return input + output === 0 ? 0 : null
  const rate = price.long && (2 * input) / requests > LONG_PROMPT ? price.long : price
  return ((input - cached + cached / 10) * rate.input + output * rate.output) / 1_000_000
}
