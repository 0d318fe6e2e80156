import { expect, test } from 'vitest'
import { readCursor } from '../../../../../runner/ai/providers/cursor-output.ts'
import type { FailureKind } from '../../../../../runner/ai/providers/failures.ts'
import { readAnswer } from '../../../../support/read-answer.ts'

const result = (fields = {}) =>
  `${JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'An answer', session_id: 's', ...fields })}\n`
const read = (stdout: string, stderr = '', exitCode: number | undefined = 0) =>
  readAnswer(readCursor(), stdout.split('\n'), { stderr, exitCode })

test('an answer comes with its tokens, if reported, and without a cost', () => {
  const usage = { inputTokens: 100, outputTokens: 20, cacheReadTokens: 900, cacheWriteTokens: 0 }
  expect(read(result({ usage }))).toEqual({
    ok: true,
    text: 'An answer',
    usage: { costUsd: null, input: 1000, cached: 900, output: 20 },
  })
  expect(read(result())).toMatchObject({
    ok: true,
    usage: { costUsd: null },
  })
})

const outcomes: [stdout: string, stderr: string, exitCode: number | undefined, FailureKind][] = [
  [result({ result: '' }), '', 0, 'empty'],
  [result({ is_error: true, result: 'Something' }), '', 0, 'rejected'],
  ['', 'Error: Not logged in', 1, 'key-refused'],
  ['', 'The provided API key is invalid', 1, 'key-refused'],
  ['', 'Cannot use this model: x', 1, 'unknown-model'],
  ['', 'Workspace Trust Required', 1, 'misused'],
  ['', "error: unknown option '--mode'", 1, 'misused'],
  ['', 'Rate limit exceeded', 1, 'rate-limited'],
  ['', 'Rate limit exceeded for this API key', 1, 'rate-limited'],
  ['', "You've hit your usage limit. Your usage limits will reset on 12/15/2026.", 1, 'usage-limit'],
  [result({ is_error: true, result: 'Your prompt is too long for this model' }), '', 1, 'too-large'],
  ['', 'Payment required', 1, 'no-credit'],
  ['', 'Model m is not supported in your region', 1, 'unknown-model'],
  ['', 'HTTP 500: internal server error', 1, 'server-error'],
  ['', 'Service unavailable', 1, 'overloaded'],
  ['', 'connect ECONNREFUSED', 1, 'unreachable'],
  ['', 'a stack trace', 1, 'crashed'],
  ['', '', undefined, 'crashed'],
]
test.each(outcomes)('%s %s %s is %s', (stdout, stderr, exitCode, kind) => {
  expect(read(stdout, stderr, exitCode)).toMatchObject({ ok: false, kind })
})
