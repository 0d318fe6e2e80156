import { describe, expect, test } from 'vitest'
import { readClaude } from '../../../../../runner/ai/providers/claude-output.ts'
import { type FailureKind, failures, type Retry } from '../../../../../runner/ai/providers/failures.ts'
import { readAnswer } from '../../../../support/read-answer.ts'

const init = { type: 'system', subtype: 'init', tools: ['Glob', 'Grep', 'Read'], mcp_servers: [] }
const said = (text: string, more = {}) => ({
  type: 'assistant',
  message: { id: 'msg_0', role: 'assistant', content: [{ type: 'text', text }] },
  ...more,
})
const toolUse = {
  type: 'assistant',
  message: { content: [{ type: 'tool_use', id: 'toolu_0_0', name: 'Glob', input: { pattern: '**/*' } }] },
}
const toolResult = {
  type: 'user',
  message: { role: 'user', content: [{ tool_use_id: 'toolu_0_0', type: 'tool_result', content: 'README.md' }] },
}
const modelUsage = {
  'claude-opus-4-6[1m]': { inputTokens: 3000, outputTokens: 150, costUSD: 0.01875, costBasis: 'list' },
}
const result = (fields = {}) => ({
  ...{ type: 'result', subtype: 'success', is_error: false, api_error_status: null, stop_reason: 'end_turn' },
  ...{ result: '', total_cost_usd: 0.01875, modelUsage },
  ...fields,
})
const apiError = (status: number | null, text: string) =>
  result({ is_error: true, api_error_status: status, result: text })
const read = (events: object[], exitCode: number | undefined = 0, stderr = '') =>
  readAnswer(
    readClaude(),
    events.map((event) => JSON.stringify(event)),
    { stderr, exitCode },
  )

test('an answer is the text after the last tool result, with its cost and tokens', () => {
  const events = [init, said('Let me look.'), toolUse, toolResult, said('{"pages":'), said('[]}'), result()]
  expect(read(events)).toEqual({
    ok: true,
    text: '{"pages":[]}',
    earlier: ['Let me look.'],
    usage: { costUsd: 0.01875, input: 3000, cached: 0, output: 150 },
  })
})

test('an answer that was continued after an output limit is joined', () => {
  const nudge = {
    type: 'user',
    isSynthetic: true,
    message: { role: 'user', content: 'Output token limit hit. Resume' },
  }
  expect(
    read([init, said('first half, '), nudge, said('second half'), result({ result: 'second half' })]),
  ).toMatchObject({
    ok: true,
    text: 'first half, second half',
  })
})

test('an answer that was complete when it went over budget is kept', () => {
  const over = { subtype: 'error_max_budget_usd', is_error: true, errors: ['Reached maximum budget ($0.2)'] }
  expect(read([init, said('# Setup'), result(over)], 1)).toMatchObject({ ok: true, text: '# Setup' })
  expect(read([init, said('Let me'), result({ ...over, stop_reason: null })], 1)).toMatchObject({ kind: 'cost-limit' })
})

test('the cost is marked as a guess when the CLI does not know the price', () => {
  const guess = { m: { inputTokens: 1, outputTokens: 1, costBasis: 'unknown' } }
  expect(read([init, said('x'), result({ modelUsage: guess })]).usage).toMatchObject({
    guessed: true,
    costUsd: 0.01875,
  })
})

/** Measured outcomes, with the messages that the real CLI printed. */
const outcomes: [name: string, events: object[], exitCode: number | undefined, stderr: string, FailureKind, Retry][] = [
  ['empty answer', [init, result()], 0, '', 'empty', 'once'],
  ['stream stalls before any text', [init, result({ result: '' })], 0, '', 'empty', 'once'],
  ['lost before any text', [init, result({ result: '' })], 0, '', 'empty', 'once'],
  [
    'output limit',
    [init, apiError(null, "API Error: Claude's response exceeded the 64000 output token maximum.")],
    1,
    '',
    'too-long',
    'never',
  ],
  [
    'refusal',
    [init, result({ is_error: true, stop_reason: 'refusal', result: "API Error: Claude can't help with this." })],
    1,
    '',
    'refused',
    'never',
  ],
  ['400', [init, apiError(400, 'API Error: 400 bad')], 1, '', 'rejected', 'never'],
  ['422', [init, apiError(422, 'API Error: 422 bad')], 1, '', 'rejected', 'never'],
  ['no credit', [init, apiError(400, 'Credit balance is too low')], 1, '', 'no-credit', 'never'],
  ['bad key', [init, apiError(401, 'Invalid API key · Fix external API key')], 1, '', 'key-refused', 'never'],
  [
    '401 without retries',
    [init, apiError(401, 'Failed to authenticate. API Error: 401 no')],
    1,
    '',
    'key-refused',
    'never',
  ],
  ['402', [init, apiError(402, 'API Error: 402 pay')], 1, '', 'no-credit', 'never'],
  ['403', [init, apiError(403, 'Failed to authenticate. API Error: 403 no')], 1, '', 'key-refused', 'never'],
  ['404', [init, apiError(404, "There's an issue with the selected model (x).")], 1, '', 'unknown-model', 'never'],
  ['413', [init, apiError(413, 'API Error: 413 large')], 1, '', 'too-large', 'never'],
  ['408', [init, apiError(408, 'API Error: 408')], 1, '', 'server-error', 'again'],
  ['409', [init, apiError(409, 'API Error: 409')], 1, '', 'server-error', 'again'],
  ['429', [init, apiError(429, 'API Error: Request rejected (429) · slow down')], 1, '', 'rate-limited', 'wait'],
  [
    '429 only in the event',
    [init, said('', { error: 'rate_limit' }), apiError(null, 'slow down')],
    1,
    '',
    'rate-limited',
    'wait',
  ],
  [
    'limit of a subscription',
    [init, apiError(null, "You've hit your limit · resets 3pm (UTC)")],
    1,
    '',
    'rate-limited',
    'wait',
  ],
  [
    'weekly limit',
    [init, apiError(429, "You've hit your weekly limit · resets Nov 30, 3pm (UTC) · out of usage credits")],
    1,
    '',
    'rate-limited',
    'wait',
  ],
  ['spend limit', [init, apiError(400, "You've hit your monthly spend limit.")], 1, '', 'usage-limit', 'wait-if-named'],
  ['usage credits', [init, apiError(400, 'Fable 5 requires usage credits')], 1, '', 'no-credit', 'never'],
  [
    'context too long',
    [init, apiError(400, 'API Error: 400 input length and `max_tokens` exceed context limit: 190000 + 64000 > 200000')],
    1,
    '',
    'too-large',
    'never',
  ],
  [
    '504 in words that also stand for a stall',
    [init, apiError(504, 'API Error: 504 timed out')],
    1,
    '',
    'server-error',
    'again',
  ],
  ['500', [init, apiError(500, 'API Error: 500 oops')], 1, '', 'server-error', 'again'],
  ['502', [init, apiError(502, 'API Error: 502')], 1, '', 'server-error', 'again'],
  ['503', [init, apiError(503, 'API Error: 503')], 1, '', 'overloaded', 'wait'],
  ['504', [init, apiError(504, 'API Error: 504')], 1, '', 'server-error', 'again'],
  ['529', [init, apiError(529, 'API Error: Repeated 529 Overloaded errors')], 1, '', 'overloaded', 'wait'],
  [
    'connection refused',
    [init, apiError(null, 'API Error: Unable to connect (ECONNREFUSED)')],
    1,
    '',
    'unreachable',
    'again',
  ],
  ['no such host', [init, apiError(null, 'API Error: Unable to connect (ENOTFOUND)')], 1, '', 'unreachable', 'again'],
  ['lost mid-answer', [init, apiError(null, 'API Error: Connection lost mid-response')], 1, '', 'unreachable', 'again'],
  ['no response headers', [init, apiError(null, 'Request timed out. Check your network')], 1, '', 'stalled', 'once'],
  ['stream idle', [init, apiError(null, 'API Error: stream idle for 120 s')], 1, '', 'stalled', 'once'],
  ['stopped arriving', [init, apiError(null, 'API Error: The response stopped arriving')], 1, '', 'stalled', 'once'],
  [
    'turn limit',
    [init, result({ subtype: 'error_max_turns', is_error: true, errors: ['Reached maximum number of turns (2)'] })],
    1,
    '',
    'turn-limit',
    'never',
  ],
  [
    'budget limit',
    [
      init,
      result({
        subtype: 'error_max_budget_usd',
        is_error: true,
        stop_reason: null,
        errors: ['Reached maximum budget'],
      }),
    ],
    1,
    '',
    'cost-limit',
    'never',
  ],
  [
    'SIGINT from elsewhere',
    [init, result({ subtype: 'error_during_execution', is_error: true, errors: ['interrupted'] })],
    0,
    '',
    'crashed',
    'again',
  ],
  [
    'failure in the midst of the work',
    [init, result({ subtype: 'error_during_execution', is_error: true, errors: ['API Error: fetch failed'] })],
    1,
    '',
    'unreachable',
    'again',
  ],
  ['SIGTERM from elsewhere', [init], 143, '', 'crashed', 'again'],
  ['SIGHUP from elsewhere', [init], 129, '', 'crashed', 'again'],
  ['SIGKILL from elsewhere', [init], undefined, '', 'crashed', 'again'],
  ['usage error', [], 1, "error: unknown option '--restricted'", 'misused', 'never'],
  [
    'blank prompt',
    [],
    1,
    'Error: Input must be provided either through stdin or as a prompt argument',
    'misused',
    'never',
  ],
  ['no key', [init, apiError(null, 'Not logged in · Please run /login')], 1, '', 'key-refused', 'never'],
  ['prompt over 10 MB', [], 1, 'Error: piped stdin input exceeds 10MB', 'too-large', 'never'],
  ['another tool', [{ ...init, tools: ['Bash', 'Read'] }, said('x'), result()], 0, '', 'unsafe', 'never'],
  ['an MCP server', [{ ...init, mcp_servers: [{ name: 'x' }] }, said('x'), result()], 0, '', 'unsafe', 'never'],
  ['no init', [said('x'), result()], 0, '', 'unsafe', 'never'],
]

describe('every failure is classified', () => {
  test.each(outcomes)('%s', (_name, events, exitCode, stderr, kind, retry) => {
    const answer = read(events, exitCode, stderr)
    expect(answer).toMatchObject({ ok: false, kind })
    expect(failures[kind].retry).toBe(retry)
    if (events.some((event) => 'total_cost_usd' in event)) expect(answer.usage.costUsd).toBe(0.01875)
    else expect(answer.usage.costUsd).toBeNull()
  })
})

test('a run with more tools than allowed is recognised by its first line', () => {
  const heard = (event: object) => readClaude().line(JSON.stringify(event))
  expect(heard(init)).toBe('useful')
  const reason = 'it offers tools that must be off: Bash'
  expect(heard({ ...init, tools: ['Read', 'Bash'] })).toEqual({ end: 'unsafe', reason })
  expect(heard({ ...said('"subtype":"init"') })).toBe('useful')
})

test('an endless answer is stopped while it arrives, and lines that are not events are noise', () => {
  const reader = readClaude()
  const long = JSON.stringify(said('x'.repeat(1_100_000)))
  expect(reader.line(long)).toBe('useful')
  expect(reader.line(long)).toMatchObject({ end: 'flood' })
  expect(reader.line('Warning: …')).toBe('noise')
  expect(reader.line('{"type":"stream_event","event":{"type":"ping"}}')).toBe('ping')
})

test('control sequences before an event do not hide it', () => {
  const reader = readClaude()
  const lines = [init, said('# Setup'), result()].map(
    (event) => `\u001b[?25l\u001b]0;claude\u0007${JSON.stringify(event)}`,
  )
  expect(readAnswer(reader, lines, { stderr: '', exitCode: 0 })).toMatchObject({ ok: true, text: '# Setup' })
})
