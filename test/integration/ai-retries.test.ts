import { describe, expect, test } from 'vitest'
import { readPage } from '../../runner/ai/answer/read-page.ts'
import { askWithRetries } from '../../runner/ai/call/retries.ts'
import { openSampleSession } from '../support/ai-session.ts'
import { type Outcome, writeOutcomeCli } from '../support/outcome-cli.ts'
import { temporaryFolder } from '../support/service-process.ts'

const KEY = 'sk-ant-a-secret-key'
const page = '# T\n\nText.\n\n<!-- docsfy:end -->'
const check = (texts: readonly string[]) => readPage(texts, 'T')

async function asking(outcomes: Outcome[], options: { minutes?: number; timeLeftMs?: number } = {}) {
  const folder = await temporaryFolder('retries')
  const cli = await writeOutcomeCli(folder.path, outcomes)
  const claude = { provider: 'claude', path: cli.path, key: KEY } as const
  const { session, lines, waits, money } = await openSampleSession(folder.path, claude, options)
  const ended = await askWithRetries(session, 'Write', { label: "page 't'", maxTurns: 3, check }).then(
    (text) => ({ text, message: undefined }),
    (error) => ({ text: undefined, message: error.message as string }),
  )
  const calls = await cli.calls()
  await folder[Symbol.asyncDispose]()
  return { ...ended, calls, lines, waits, money }
}

describe('temporary failures are retried, permanent ones are not', () => {
  const cases: [name: string, outcomes: Outcome[], calls: number, message: RegExp | undefined][] = [
    ['it works', [{ text: page }], 1, undefined],
    ['500, then it works', [{ status: 500 }, { text: page }], 2, undefined],
    [
      '500 for good',
      [{ status: 500, said: 'API Error: 500 oops' }],
      3,
      /^claude's servers failed\. Try again later\. It said: API Error: 500 oops \(tried 3 times\)$/,
    ],
    [
      'a bad key',
      [{ status: 401, said: `Invalid API key ${KEY}` }],
      1,
      /^claude's key was refused\. Set ANTHROPIC_API_KEY .* It said: Invalid API key \*\*\*$/,
    ],
    [
      'an unknown model',
      [{ status: 404 }],
      1,
      /^claude does not offer the model 'm' to this key\. Try again with another ai_model\./,
    ],
    ['a rejected request', [{ status: 400, said: 'bad' }], 1, /^claude failed: bad$/],
    ['nothing, for good', [{ text: '' }], 2, /^claude gave an empty answer\. .* \(tried 2 times\)$/],
    ['cut off, then whole', [{ text: '# T\n\nTex' }, { text: page }], 2, undefined],
    [
      'talk about itself, for good',
      [{ text: "I don't have access to the files." }],
      2,
      /^claude's answer was not a documentation page: it talks about itself \("I don't have access to the files\."\)/,
    ],
    ['a whole answer and exit code 1', [{ text: page, exitCode: 1 }], 1, undefined],
    ['a whole answer, then no end', [{ text: page, lingers: true }], 1, undefined],
    ['no result', [{ raw: 'Segmentation fault', exitCode: 139 }, { text: page }], 2, undefined],
    [
      'a flood',
      ['flood'],
      1,
      /^claude was stopped: it printed more than 4 MiB of output that is not part of an answer\. Install the version/,
    ],
    [
      'too slow',
      ['hang'],
      1,
      /^claude did not answer within 0\.05 min\. If the repository is large, raise ai_cli_timeout/,
    ],
  ]
  test.concurrent.each(cases)('%s', async (_name, outcomes, calls, message) => {
    const asked = await asking(outcomes, { minutes: outcomes[0] === 'hang' ? 0.05 : 1 })
    expect(asked.calls).toBe(calls)
    if (message) expect(asked.message).toMatch(message)
    else expect(asked.text).toBe('# T\n\nText.')
    expect(asked.lines.join('\n')).not.toContain(KEY)
  })
})

test('a rate limit is waited out, with the reason recorded, and does not count as a failed try', async () => {
  const limited = { status: 429, said: 'API Error: Request rejected (429)' }
  const asked = await asking([limited, limited, limited, limited, { status: 529 }, { text: page }])
  expect(asked).toMatchObject({ text: '# T\n\nText.', calls: 6 })
  const going = expect.stringMatching(/^claude is at its rate limit; resuming at/)
  const overloaded = expect.stringMatching(/^The servers of claude are overloaded; resuming at/)
  expect(asked.waits).toEqual([...[1, 2, 3, 4].flatMap(() => [going, undefined]), overloaded, undefined])
  expect(asked.lines[1]).toMatch(/^page 't': try 1 failed, waiting: claude is at its rate limit\. It said: /)
})

test('a limit that names its end is waited for until then', async () => {
  const started = Date.now()
  const asked = await asking([{ status: 429, said: "You've hit your limit · resets in 5s" }, { text: page }])
  expect(asked).toMatchObject({ text: '# T\n\nText.', calls: 2 })
  expect(Date.now() - started).toBeGreaterThanOrEqual(5_000)
  const [, clock = ''] =
    /^claude is at its rate limit, which resets in 5s; resuming at (.+)$/.exec(asked.waits[0] ?? '') ?? []
  expect(clock).toMatch(/^(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d UTC$/)
})

const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
const named = `${tomorrow.slice(0, 10)} ${tomorrow.slice(11, 19)} UTC`
test.each([
  [`You've hit your weekly limit · resets at ${tomorrow}`, "claude's rate limit lasts until"],
  [`spend limit reached · resets at ${tomorrow}`, "The usage limit of claude's account lasts until"],
])(
  'a limit that lasts longer than the generation may run is refused at once, and its end named: %s',
  async (said, words) => {
    const asked = await asking([{ status: 429, said }, { text: page }])
    expect(asked).toMatchObject({ calls: 1, waits: [] })
    expect(asked.message).toBe(
      `${words} ${named}, longer than this generation may run. Try again then, or use a key with a higher limit. It said: ${said}`,
    )
  },
)

test('a usage limit that names no end is not waited for', async () => {
  const asked = await asking([{ status: 400, said: "You've hit your monthly spend limit." }, { text: page }])
  expect(asked).toMatchObject({ calls: 1, waits: [] })
  expect(asked.message).toMatch(/^The account behind claude's key \(ANTHROPIC_API_KEY\) has reached its usage limit\./)
})

test('a rate limit that outlasts the generation fails with that reason', async () => {
  const asked = await asking([{ status: 429 }], { timeLeftMs: 1_500 })
  expect(asked.message).toMatch(
    /^claude was still at its rate limit when this generation ran out of time\. Try again later/,
  )
  expect(asked.calls).toBeGreaterThan(1)
})

test('every call counts, even a failed one; a killed one counts as its reservation', async () => {
  expect((await asking([{ status: 500 }, { text: page }])).money).toEqual({ costUsd: 0.5, reservedUsd: 0 })
  expect((await asking(['hang'], { minutes: 0.05 })).money).toEqual({ costUsd: undefined, reservedUsd: 2 })
})
