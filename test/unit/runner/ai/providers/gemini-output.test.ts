import { describe, expect, test } from 'vitest'
import { type FailureKind, failures, type Retry } from '../../../../../runner/ai/providers/failures.ts'
import { readGemini } from '../../../../../runner/ai/providers/gemini-output.ts'
import { costOfTokens } from '../../../../../runner/ai/providers/gemini-prices.ts'
import { readAnswer } from '../../../../support/read-answer.ts'

const init = { type: 'init', timestamp: '2026-11-24T06:19:44.698Z', session_id: '0', model: 'gemini-2.5-pro' }
const prompt = { type: 'message', role: 'user', content: 'Do it' }
const said = (content: string) => ({ type: 'message', role: 'assistant', content, delta: true })
const toolUse = { type: 'tool_use', tool_name: 'list_directory', tool_id: 'a', parameters: { dir_path: '.' } }
const toolResult = { type: 'tool_result', tool_id: 'a', status: 'success' }
const tokens = { total_tokens: 2150, input_tokens: 2000, output_tokens: 100, cached: 0, input: 2000 }
const result = (fields: object = { status: 'success' }) => ({
  ...{ type: 'result', stats: { ...tokens, tool_calls: 1, models: { 'gemini-2.5-pro': tokens } } },
  ...fields,
})
const failed = (message: string, type = 'unknown') => result({ status: 'error', error: { type, message } })
const error = (message: string, severity = 'error') => ({ type: 'error', severity, message })
const api = (code: number, message: string) => failed(`[API Error: ${JSON.stringify({ error: { code, message } })}]`)
const read = (events: object[], exitCode: number | undefined = 0, stderr = '') =>
  readAnswer(
    readGemini(),
    events.map((event) => JSON.stringify(event)),
    { stderr, exitCode },
  )

const noise = 'Warning: 256-color support not detected.\nRipgrep is not available. Falling back to GrepTool.\n'

test('an answer is the text after the last tool result; thoughts are priced as output', () => {
  const events = [
    init,
    prompt,
    said('Let me look.'),
    toolUse,
    toolResult,
    said('# Set'),
    said('up\u001b[31m!'),
    result(),
  ]
  expect(read(events, 0, noise)).toEqual({
    ok: true,
    text: '# Setup!',
    earlier: ['Let me look.'],
    usage: { costUsd: (2000 * 1.25 + 150 * 10) / 1e6, input: 2000, cached: 0, output: 150 },
  })
})

const outcomes: [name: string, events: object[], exitCode: number | undefined, stderr: string, FailureKind, Retry][] = [
  [
    'empty answer',
    [init, error('The model returned an empty response with no text or thoughts.'), result({ status: 'error' })],
    0,
    noise,
    'empty',
    'once',
  ],
  [
    'thoughts only',
    [
      init,
      error(
        'The model returned reasoning thoughts but no final response text. If your context window is near capacity',
      ),
      result({ status: 'error' }),
    ],
    0,
    noise,
    'empty',
    'once',
  ],
  [
    'token limit',
    [
      init,
      said('half'),
      error('Model response was truncated because it exceeded the token limit. Try using /compress'),
      result({ status: 'error' }),
    ],
    0,
    noise,
    'cut-off',
    'again',
  ],
  [
    'recitation block',
    [init, error('The model response was blocked due to recitation/copyright filters.'), result({ status: 'error' })],
    0,
    noise,
    'refused',
    'never',
  ],
  [
    'unexpected call',
    [init, error('Model stream ended with unexpected tool call.'), result({ status: 'error' })],
    0,
    noise,
    'cut-off',
    'again',
  ],
  [
    'turn limit in its own words',
    [init, error('Maximum session turns exceeded'), result()],
    0,
    noise,
    'turn-limit',
    'never',
  ],
  ['no answer and no reason', [init, result()], 0, noise, 'empty', 'once'],
  [
    'safety block',
    [init, error('The model response was blocked due to safety settings.'), result({ status: 'error' })],
    0,
    noise,
    'refused',
    'never',
  ],
  [
    'malformed call',
    [init, error('Model stream ended with malformed function call.'), result({ status: 'error' })],
    0,
    noise,
    'cut-off',
    'again',
  ],
  [
    'no finish reason',
    [init, said('halfhalfhalf'), error('Model stream ended without a finish reason.'), result({ status: 'error' })],
    0,
    noise,
    'cut-off',
    'again',
  ],
  [
    'loop',
    [init, toolUse, toolResult, error('Loop detected, stopping execution', 'warning'), result()],
    0,
    noise,
    'looped',
    'once',
  ],
  ['400', [init, api(400, 'bad request here')], 144, noise, 'rejected', 'never'],
  ['bad key', [init, api(400, 'API key not valid. Please pass a valid API key.')], 144, noise, 'key-refused', 'never'],
  ['401', [init, api(401, 'no')], 145, noise, 'key-refused', 'never'],
  ['403', [init, api(403, 'denied')], 147, noise, 'key-refused', 'never'],
  [
    '404',
    [init, failed('[API Error: models/x is not found for API version v1beta]')],
    1,
    noise,
    'unknown-model',
    'never',
  ],
  [
    '429',
    [init, failed('[API Error: slow down]\nPlease wait and try again later.')],
    173,
    noise,
    'rate-limited',
    'wait',
  ],
  [
    'daily quota',
    [init, failed('[API Error: You have exhausted your daily quota on this model.]\nPlease wait')],
    173,
    noise,
    'quota-used-up',
    'wait-if-named',
  ],
  ['500', [init, api(500, 'oops')], 244, noise, 'server-error', 'again'],
  [
    '503',
    [init, failed('[API Error: The model is overloaded. Please try again later.]')],
    247,
    noise,
    'overloaded',
    'wait',
  ],
  [
    'no quota for this model',
    [init, failed('[API Error: Quota exceeded for metric: x, limit: 0, model: m Please retry in 34s.]\nPlease wait')],
    173,
    noise,
    'unknown-model',
    'never',
  ],
  [
    'key that must not call this API, in words that also stand for a block',
    [init, failed('[API Error: Requests to this API method are blocked. (Status: PERMISSION_DENIED)]')],
    147,
    noise,
    'key-refused',
    'never',
  ],
  [
    'too many tokens',
    [
      init,
      failed('[API Error: The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).]'),
    ],
    144,
    noise,
    'too-large',
    'never',
  ],
  [
    'no credit',
    [init, failed('[API Error: Your prepayment credits are depleted. (Status: RESOURCE_EXHAUSTED)]')],
    173,
    noise,
    'no-credit',
    'never',
  ],
  [
    'no response headers, or a stalled stream',
    [init, failed('[API Error: exception TypeError: fetch failed sending request]')],
    1,
    noise,
    'unreachable',
    'again',
  ],
  ['529', [init, failed('[API Error: busy]')], 17, noise, 'overloaded', 'wait'],
  [
    'connection refused',
    [init, failed('[API Error: exception TypeError: fetch failed sending request]')],
    1,
    noise,
    'unreachable',
    'again',
  ],
  ['lost mid-answer', [init, failed('[API Error: terminated]')], 1, noise, 'unreachable', 'again'],
  [
    'turn limit',
    [init, failed('Reached max session turns for this session.', 'FatalTurnLimitedError')],
    53,
    noise,
    'turn-limit',
    'never',
  ],
  ['no key', [], 41, 'When using Gemini API, you must specify the GEMINI_API_KEY', 'key-refused', 'never'],
  ['empty stdin', [], 42, 'No input provided via stdin.', 'misused', 'never'],
  ['invalid settings', [], 52, 'Invalid configuration', 'misused', 'never'],
  ['untrusted folder', [], 55, 'Gemini CLI is not running in a trusted directory', 'misused', 'never'],
  ['usage error', [], 1, 'Usage: gemini [options]\nUnknown argument: x', 'misused', 'never'],
  ['SIGTERM from elsewhere', [init, prompt], 0, noise, 'crashed', 'again'],
  ['SIGKILL from elsewhere', [init, prompt], undefined, noise, 'crashed', 'again'],
]

/** A CLI that printed its failure but had to be ended, so that its exit code says nothing. */
test.each([
  ['[API Error: no (Status: UNAUTHENTICATED)]', 'key-refused'],
  ['[API Error: slow down (Status: RESOURCE_EXHAUSTED)]', 'rate-limited'],
  ['[API Error: {"error":{"code":500,"message":"oops"}}]', 'server-error'],
  ['[API Error: busy (Status: UNAVAILABLE)]', 'overloaded'],
])('without an exit code, %s is %s', (message, kind) => {
  expect(read([init, failed(message)], undefined)).toMatchObject({ kind })
  expect(readGemini().line(JSON.stringify(failed(message)))).toBe('last')
})

describe('every failure is classified', () => {
  test.each(outcomes)('%s', (_name, events, exitCode, stderr, kind, retry) => {
    const answer = read(events, exitCode, stderr)
    expect(answer).toMatchObject({ ok: false, kind })
    expect(failures[kind].retry).toBe(retry)
    const ended = events.some((event) => 'stats' in event)
    expect(answer.usage.costUsd).toBe(ended ? 0.004 : null)
  })
})

test('a failure’s message is the API’s own, without the surrounding JSON', () => {
  expect(read([init, api(400, 'bad request here')], 144)).toMatchObject({ message: 'bad request here' })
  expect(read([init, failed('[API Error: slow down]\nPlease wait')], 173)).toMatchObject({ message: 'slow down' })
})

test('prices depend on model, day, prompt length and cached tokens; an unknown model has none', () => {
  const million = { input: 1e6, cached: 0, output: 1e6 }
  expect(costOfTokens('gemini-2.5-pro', million, 100)).toBe(11.25)
  expect(costOfTokens('gemini-2.5-pro', million, 9)).toBe(17.5)
  expect(costOfTokens('gemini-2.5-flash', million, 1)).toBe(2.8)
  expect(costOfTokens('gemini-2.5-flash', { ...million, cached: 1e6 }, 1)).toBe(2.53)
  expect(costOfTokens('gemini-3.8-flash', million, 1, '2026-12-31')).toBe(4.5)
  expect(costOfTokens('gemini-3.8-flash', million, 1, '2027-01-01')).toBe(9)
  expect(costOfTokens('gemini-9', million, 1)).toBeNull()
  expect(costOfTokens('gemini-9', { input: 0, cached: 0, output: 0 }, 1)).toBe(0)
})

test("a prompt larger than the model's window, for which no model is asked, is too large and costs nothing", () => {
  expect(read([init, prompt, { ...result(), stats: {} }], 0, noise)).toMatchObject({
    ok: false,
    kind: 'too-large',
    usage: { costUsd: 0 },
  })
})
