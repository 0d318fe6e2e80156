/**
 * US dollars per million tokens. Tokens read from the cache cost a tenth.
 * Sources: https://platform.claude.com/docs/en/about-claude/pricing and the models' own pages there, as of 2026-11-26. These models
 * charge no more for long prompts.
 */
const prices: Record<string, { input: number; output: number }> = {
  'claude-opus-5-5': { input: 4, output: 20 },
  'claude-opus-5': { input: 5, output: 25 },
  'claude-opus-4-6': { input: 5, output: 25 },
  'claude-opus-4-5': { input: 5, output: 25 },
  'claude-sonnet-5-5': { input: 2, output: 10 },
  'claude-sonnet-4-6': { input: 3, output: 15 },
  'claude-haiku-4-5': { input: 1, output: 5 },
}

/**
 * The list price of these tokens in US dollars; null for a model without a price here. claude reports actual costs itself. `cached`
 * tokens are part of `input`.
 */
export function listPrice(
  model: string,
  { input, cached, output }: { input: number; cached: number; output: number },
): number | null {
  // `claude-opus-4-6[1m]`, `claude-haiku-4-5-20251001`
  const price = prices[model.replace(/\[1m\]$/, '').replace(/[-@]\d{8}$/, '')]
  return price ? ((input - cached + cached / 10) * price.input + output * price.output) / 1_000_000 : null
}
