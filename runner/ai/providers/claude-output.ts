import * as z from 'zod'
import type { LineVerdict } from '../../process/spawn-group.ts'
import { type FailureKind, kindOfStatus, kindOfText, networkWordings, TOO_LARGE } from './failures.ts'
import { parseLine } from './parse-line.ts'
import type { CliEnd, OutputReader } from './provider.ts'
import { collectTexts, type Texts } from './texts.ts'
import { type Answer, type Usage, unknownUsage } from './usage.ts'

/** The only tools it may have. */
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

/** What has been read from the events so far. */
interface StreamState {
  /** It has announced its tools. */
  started: boolean
  /** What it may do but must not. */
  unsafe?: string
  result?: Event
  /** What the model has said. `result.result` holds only the last block, so after a continuation half is missing. */
  texts: Texts
  /** The error code of the model's last message. */
  errorCode: string
}

/** Reads claude's event stream (2.1.330). What was printed decides, not the exit code: empty answers and SIGINT end with 0 too. */
export function readClaude(): OutputReader {
  const state: StreamState = { started: false, texts: collectTexts(), errorCode: '' }
  return { line: (text) => readEvent(state, text), finish: (end) => answerOf(state, end) }
}

function readEvent(state: StreamState, line: string): LineVerdict {
  if (line.includes('"event":{"type":"ping"}')) return 'ping'
  // Deltas of a message that arrives complete afterwards. They are most of the lines, so they are not parsed.
  if (line.startsWith('{"type":"stream_event"')) return 'useful'
  const event = parseLine(line, Event)
  if (!event) return 'noise'
  if (event.type === 'system' && event.subtype === 'init') return begin(state, event)
  if (event.type === 'user' && !event.isSynthetic) state.texts.next()
  if (event.type === 'result') {
    state.result = event
    return 'last'
  }
  if (event.type !== 'assistant') return 'useful'
  state.errorCode = event.error ?? ''
  return state.texts.add(textIn(event))
}

function begin(state: StreamState, init: Event): LineVerdict {
  state.started = true
  const reason = unsafeIn(init)
  if (!reason) return 'useful'
  state.unsafe = reason
  return { end: 'unsafe', reason }
}

const textIn = ({ message }: Event): string =>
  Array.isArray(message?.content)
    ? message.content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('')
    : ''

function answerOf({ started, unsafe, result, texts, errorCode }: StreamState, { stderr }: CliEnd): Answer {
  const usage = result ? usageOf(result) : unknownUsage
  if (unsafe) return { ok: false, kind: 'unsafe', message: unsafe, usage }
  const said = started ? texts.said() : {}
  const fail = (kind: FailureKind, message: string): Answer => ({ ok: false, kind, message, usage, ...said })
  if (!result) return fail(kindOfText(stderr, withoutResult) ?? 'crashed', stderr.trim())
  const message = result.errors?.join('; ') || (result.is_error && result.result) || stderr.trim()
  // Only the last answer went over budget: it is complete and paid for.
  const whole = result.subtype === 'error_max_budget_usd' && result.stop_reason === 'end_turn'
  if (result.is_error && !whole) return fail(kindOf(result, message, errorCode), message)
  if (!started) return fail('unsafe', 'it does not announce its tools')
  const answer = texts.all()
  return answer.text || answer.earlier ? { ok: true, ...answer, usage } : fail('empty', message)
}

/** What the CLI announces must match what it was configured with: another version might have more tools. */
function unsafeIn(init: Event): string | undefined {
  if (!init.tools) return 'it does not say which tools it offers'
  const extra = init.tools.filter((tool) => !TOOLS.includes(tool))
  if (extra.length > 0) return `it offers tools that must be off: ${extra.join(', ')}`
  return (init.mcp_servers?.length ?? 0) > 0 ? 'it runs MCP servers' : undefined
}

function kindOf(result: Event, message: string, errorCode: string): FailureKind {
  const { subtype = '', stop_reason, api_error_status: status } = result
  if (subtype in bySubtype) return bySubtype[subtype] ?? 'rejected'
  if (stop_reason === 'refusal') return 'refused'
  const byWording = kindOfText(message, wordings)
  if (byWording) return byWording
  if (status) return kindOfStatus(status)
  return byErrorCode[errorCode] ?? kindOfText(message, connectionWordings) ?? otherwise(subtype)
}

const bySubtype: Record<string, FailureKind> = {
  error_max_turns: 'turn-limit',
  error_max_budget_usd: 'cost-limit',
}

const otherwise = (subtype: string): FailureKind => (subtype === 'error_during_execution' ? 'crashed' : 'rejected')

/** Failures that the API's status doesn't show, or shows wrongly. */
const wordings: [RegExp, FailureKind][] = [
  [/credit balance is too low/i, 'no-credit'],
  [/output token maximum/i, 'too-long'],
  [TOO_LARGE, 'too-large'],
  [/not logged in|invalid api key|failed to authenticate/i, 'key-refused'],
  [/spend(ing)? limit|hit your [^·.\n]{0,60}budget/i, 'usage-limit'],
  [/hit your [^·.\n]{0,60}limit|limit reached/i, 'rate-limited'],
  [/out of (extra )?usage|requires? usage credits/i, 'no-credit'],
  [/overloaded/i, 'overloaded'],
]

const connectionWordings: typeof wordings = [[/timed out|stream idle|stopped arriving/i, 'stalled'], ...networkWordings]

const withoutResult: [RegExp, FailureKind][] = [
  [/stdin input exceeds/i, 'too-large'],
  [/^error: |unknown option|input must be provided/im, 'misused'],
]

/** By the error code of the last assistant event. */
const byErrorCode: Record<string, FailureKind> = {
  rate_limit: 'rate-limited',
  server_error: 'server-error',
  authentication_failed: 'key-refused',
  billing_error: 'no-credit',
  model_not_found: 'unknown-model',
  max_output_tokens: 'too-long',
}

/** `modelUsage` counts every request, interrupted ones too. The `usage` in events is only as of each request's start. */
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
