import * as z from 'zod'
import type { Printed } from './adapters.ts'
import { type Answer, type Usage, unknownUsage } from './answer.ts'
import { type FailureKind, kindOfStatus, kindOfText } from './failures.ts'
import { jsonLines } from './json-lines.ts'

/** All that it may do. */
export const TOOLS = ['Read', 'Grep', 'Glob']

const Block = z.looseObject({ type: z.string(), text: z.string().optional() })
const ModelUsage = z.looseObject({
  inputTokens: z.number().default(0),
  outputTokens: z.number().default(0),
  cacheReadInputTokens: z.number().default(0),
  cacheCreationInputTokens: z.number().default(0),
  costBasis: z.string().optional(),
})
const Event = z.looseObject({
  type: z.string(),
  subtype: z.string().optional(),
  isSynthetic: z.boolean().optional(),
  tools: z.array(z.string()).optional(),
  mcp_servers: z.array(z.unknown()).optional(),
  message: z.looseObject({ content: z.union([z.string(), z.array(Block)]) }).optional(),
  error: z.string().optional().catch(undefined),
  is_error: z.boolean().optional(),
  api_error_status: z.number().nullish(),
  stop_reason: z.string().nullish(),
  result: z.string().optional(),
  errors: z.array(z.string()).optional(),
  total_cost_usd: z.number().optional(),
  modelUsage: z.record(z.string(), ModelUsage).optional(),
})
type Event = z.infer<typeof Event>

/** Reads claude's stream of events (2.1.330). An exit code of 0 alone means nothing: so ends an empty answer, and SIGINT. */
export function readClaude({ stdout, stderr, exitCode }: Printed): Answer {
  const events = jsonLines(stdout, Event)
  const result = events.findLast(({ type }) => type === 'result')
  const usage = result ? usageOf(result) : unknownUsage
  const fail = (kind: FailureKind, said: string): Answer => ({ ok: false, kind, said: said.slice(-1_000), usage })
  const init = events.find(({ type, subtype }) => type === 'system' && subtype === 'init')
  const unsafe = init && openIn(init)
  if (unsafe) return fail('unsafe', unsafe)
  if (!result) return fail(kindOfText(stderr, withoutResult) ?? 'crashed', stderr.trim())
  const said = result.errors?.join('; ') || (result.is_error && result.result) || stderr.trim()
  // The answer that went over the budget was the last one: it is whole, and paid for.
  const whole = result.subtype === 'error_max_budget_usd' && result.stop_reason === 'end_turn'
  if (result.is_error && !whole) return fail(kindOf(result, said, events), said)
  if (!init) return fail('unsafe', 'it does not say what it may do')
  const text = lastText(events)
  if (!text) return fail('empty', said)
  return exitCode === 0 || whole ? { ok: true, text, usage } : fail('crashed', said || `exit code ${exitCode}`)
}

/** What the CLI says at its start must match what it was told; another version might have more tools. */
export function whatIsOpen(line: string): string | undefined {
  const [event] = jsonLines(line, Event)
  return event?.type === 'system' && event.subtype === 'init' ? openIn(event) : undefined
}

function openIn(init: Event): string | undefined {
  if (!init.tools) return 'it does not say which tools it offers'
  const extra = init.tools.filter((tool) => !TOOLS.includes(tool))
  if (extra.length > 0) return `it offers tools that must be off: ${extra.join(', ')}`
  return (init.mcp_servers?.length ?? 0) > 0 ? 'it runs MCP servers' : undefined
}

function kindOf(result: Event, said: string, events: readonly Event[]): FailureKind {
  const { subtype = '', stop_reason, api_error_status: status } = result
  if (subtype in bySubtype) return bySubtype[subtype] ?? 'rejected'
  if (stop_reason === 'refusal') return 'refused'
  const byWording = kindOfText(said, wordings)
  if (byWording) return byWording
  if (status) return kindOfStatus(status)
  const word = events.findLast(({ type }) => type === 'assistant')?.error ?? ''
  return byWord[word] ?? 'rejected'
}

const bySubtype: Record<string, FailureKind> = {
  error_max_turns: 'turn-limit',
  error_max_budget_usd: 'cost-limit',
  error_during_execution: 'crashed',
}

/** What the API's status does not tell, or tells wrongly. */
const wordings: [RegExp, FailureKind][] = [
  [/credit balance is too low/i, 'no-credit'],
  [/prompt is too long/i, 'too-large'],
  [/not logged in|invalid api key|failed to authenticate/i, 'key-refused'],
  [/overloaded/i, 'overloaded'],
  [/output token maximum/i, 'too-long'],
  [/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|Connection lost|unable to connect/i, 'unreachable'],
  [/timed out|stream idle|stopped arriving/i, 'stalled'],
]

const withoutResult: [RegExp, FailureKind][] = [
  [/stdin input exceeds/i, 'too-large'],
  [/^error: |unknown option|input must be provided/im, 'misused'],
]

/** The word of the last assistant event. */
const byWord: Record<string, FailureKind> = {
  rate_limit: 'rate-limited',
  server_error: 'server-error',
  authentication_failed: 'key-refused',
  billing_error: 'no-credit',
  model_not_found: 'unknown-model',
  max_output_tokens: 'too-long',
}

/** `modelUsage` counts all requests, also one that was interrupted; the events' own `usage` is from the start of each. */
function usageOf({ total_cost_usd = undefined, modelUsage = {} }: Event): Usage {
  const models = Object.values(modelUsage)
  const sum = (field: (model: z.infer<typeof ModelUsage>) => number) => models.reduce((all, m) => all + field(m), 0)
  return {
    costUsd: total_cost_usd ?? null,
    ...(models.some(({ costBasis }) => costBasis === 'unknown') ? { guessed: true } : {}),
    input: sum((model) => model.inputTokens + model.cacheReadInputTokens + model.cacheCreationInputTokens),
    cached: sum((model) => model.cacheReadInputTokens),
    output: sum((model) => model.outputTokens),
  }
}

/** `result.result` is only the last block: after a continuation it is half of the answer. */
function lastText(events: readonly Event[]): string {
  const lastTool = events.findLastIndex(({ type, isSynthetic }) => type === 'user' && !isSynthetic)
  return events
    .slice(lastTool + 1)
    .filter(({ type }) => type === 'assistant')
    .flatMap(({ message }) => (Array.isArray(message?.content) ? message.content : []))
    .map((block) => (block.type === 'text' ? (block.text ?? '') : ''))
    .join('')
    .trim()
}
