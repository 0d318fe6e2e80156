import { stripVTControlCharacters } from 'node:util'
import * as z from 'zod'
import type { LineVerdict } from '../../process/spawn-group.ts'
import { type FailureKind, kindOfStatus, kindOfText, networkWordings, TOO_LARGE } from './failures.ts'
import { costOfTokens } from './gemini-prices.ts'
import { parseLine } from './parse-line.ts'
import type { CliEnd, OutputReader } from './provider.ts'
import { collectTexts, type Texts } from './texts.ts'
import { type Answer, type Usage, unknownUsage } from './usage.ts'

const ModelTokens = z.looseObject({
  total_tokens: z.number().default(0),
  input_tokens: z.number().default(0),
  cached: z.number().default(0),
})
const Event = z.looseObject({
  type: z.string(),
  role: z.string().optional(),
  content: z.string().optional(),
  severity: z.string().optional(),
  message: z.string().optional(),
  status: z.string().optional(),
  error: z.looseObject({ type: z.string().optional(), message: z.string().default('') }).optional(),
  stats: z.looseObject({ models: z.record(z.string(), ModelTokens).default({}) }).optional(),
})
type Event = z.infer<typeof Event>

/** What has been read from the events so far. */
interface StreamState {
  result?: Event
  error?: Event
  /** What the model has said. */
  texts: Texts
  /** Each answer with tool calls is followed by their results and by another request. */
  requests: number
  /** The type of the last event. */
  last: string
}

/** Reads gemini's event stream (0.61.0). It also exits with 0 after SIGTERM, loops, and blocked or cut-off answers. */
export function readGemini(): OutputReader {
  const state: StreamState = { texts: collectTexts(stripVTControlCharacters), requests: 1, last: '' }
  return { line: (text) => readEvent(state, text), finish: (end) => answerOf(state, end) }
}

function readEvent(state: StreamState, line: string): LineVerdict {
  const event = parseLine(line, Event)
  if (!event) return 'noise'
  const { type, role, content = '' } = event
  if (type === 'result') state.result = event
  if (type === 'error') state.error = event
  if (type === 'tool_use' || type === 'tool_result') state.texts.next()
  if (type === 'tool_result' && state.last !== type) state.requests++
  state.last = type
  if (type === 'result') return 'last'
  if (type !== 'message' || role !== 'assistant') return 'useful'
  return state.texts.add(content)
}

function answerOf({ result, error, texts, requests }: StreamState, { stderr, exitCode }: CliEnd): Answer {
  const usage = result ? usageOf(result, requests) : unknownUsage
  const fail = (kind: FailureKind, message: string): Answer => ({ ok: false, kind, message, usage, ...texts.said() })
  const answer = texts.all()
  const hasText = answer.text || (answer.earlier && !error)
  if (result?.status === 'success' && hasText) return { ok: true, ...answer, usage }
  const failure = result?.error?.message ?? error?.message
  if (failure !== undefined) return fail(kindOf(exitCode, failure), messageOf(failure))
  if (!result || exitCode !== 0) return fail(byExitCode[exitCode ?? -1] ?? usageOrCrash(stderr), stderr.trim())
  // A prompt that is larger than the model's window never gets to a model.
  const isAsked = Object.keys(result.stats?.models ?? {}).length > 0
  return fail(isAsked ? 'empty' : 'too-large', '')
}

const byExitCode: Record<number, FailureKind> = {
  41: 'key-refused',
  42: 'misused',
  52: 'misused',
  53: 'turn-limit',
  55: 'misused',
}

/** Without a result only stderr is left to go by, and it is full of warnings even when all is well. */
const usageOrCrash = (stderr: string): FailureKind =>
  /^Usage: |Unknown argument|Not enough arguments/im.test(stderr) ? 'misused' : 'crashed'

/** What it says of an answer that came, but isn't one. */
const ofAnswers: [RegExp, FailureKind][] = [
  [/empty response|no final response text/i, 'empty'],
  [/truncated|malformed function call|unexpected tool call|without a finish reason|ended without/i, 'cut-off'],
  [/safety|blocked|prohibited|recitation|stopped due to/i, 'refused'],
  [/loop detected/i, 'looped'],
  [/max(imum)? session turns/i, 'turn-limit'],
]

/** Failures that the API's status doesn't show, or shows wrongly. */
const ofTheApi: typeof ofAnswers = [
  [/API key not valid|API_KEY_INVALID|API key expired/i, 'key-refused'],
  [/credits? (balance|are depleted|is used up)|CREDITS_BALANCE|requires billing|billing to be enabled/i, 'no-credit'],
  [/limit:\s*0(?![.\d])/, 'unknown-model'],
  [/daily quota|per.?day/i, 'quota-used-up'],
  [/quota will reset/i, 'rate-limited'],
  [/overloaded|capacity/i, 'overloaded'],
  [/not found for API version|is not found/i, 'unknown-model'],
  [TOO_LARGE, 'too-large'],
]

/** The first reason counts: an API's error may quote words that mean something else elsewhere. */
function kindOf(exitCode: number | undefined, message: string): FailureKind {
  const status = statusOf(exitCode, message)
  const isOfTheApi = message.startsWith('[API Error:')
  return (
    kindOfText(message, isOfTheApi ? ofTheApi : ofAnswers) ??
    byExitCode[exitCode ?? -1] ??
    (status ? kindOfStatus(status) : undefined) ??
    kindOfText(message, [...ofAnswers, ...networkWordings, [/terminated/i, 'unreachable']]) ??
    'rejected'
  )
}

/** After a failed request it exits with the HTTP status, of which an exit code keeps the lowest eight bits. If it had to be ended, only its words are left. */
function statusOf(exitCode: number | undefined, message: string): number | undefined {
  // 1 stands for any other failure.
  const exits = exitCode === undefined || exitCode <= 1 ? [] : [exitCode + 256, exitCode + 512]
  const [, code, name = ''] = /"code":\s*(\d{3})\b|\(Status: (\w+)\)/.exec(message) ?? []
  return [...exits, Number(code), byName[name] ?? 0].find((status) => status >= 400 && status < 600)
}

/** The API's names for statuses. */
const byName: Record<string, number> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
}

/** Unwraps `[API Error: …]`, whose content may be the API's whole JSON. */
function messageOf(failure: string): string {
  const inner = /^\[API Error: (.*?)\](\n|$)/s.exec(failure)?.[1] ?? failure
  try {
    return String(JSON.parse(inner).error.message)
  } catch {
    return inner
  }
}

/** All tokens but the input were written or thought by the model, and are priced as output. */
function usageOf({ stats }: Event, requests: number): Usage {
  const models = Object.entries(stats?.models ?? {})
  const used = models.map(([model, { input_tokens: input, cached, total_tokens }]) => {
    const tokens = { input, cached, output: total_tokens - input }
    return { ...tokens, costUsd: costOfTokens(model, tokens, requests) }
  })
  const sum = (field: 'input' | 'cached' | 'output') => used.reduce((all, model) => all + model[field], 0)
  const known = used.every(({ costUsd }) => costUsd !== null)
  return {
    costUsd: known ? used.reduce((all, { costUsd }) => all + (costUsd ?? 0), 0) : null,
    input: sum('input'),
    cached: sum('cached'),
    output: sum('output'),
  }
}
