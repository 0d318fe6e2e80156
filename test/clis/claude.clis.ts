import { expect, test } from 'vitest'
import { systemPrompt } from '../../runner/ai/answer/prompts.ts'
import { fakeAnthropic } from '../support/fake-anthropic.ts'
import type { FakeModel, ModelScript } from '../support/model-script.ts'
import { asked, expectWordsForWriters, pageOf, planOf, startRealService } from './real-service.ts'

const model = 'claude-opus-4-6[1m]'
const slugs = ['setup', 'limited', 'broken', 'empty', 'cut', 'chatty', 'refused', 'stalled', 'slow']

/** What goes wrong with a page at first. */
const troubles: Record<string, ModelScript> = {
  // The CLI retries on its own.
  limited: ({ nth }) => (nth === 1 ? { status: 429, code: 'rate_limit_error' } : pageOf('limited')),
  broken: ({ nth }) => (nth === 1 ? { status: 500 } : pageOf('broken')),
  // The CLI gives up after four tries. The runner waits and continues.
  slow: ({ nth }) => (nth <= 4 ? { status: 429, code: 'rate_limit_error' } : pageOf('slow')),
  empty: ({ nth }) => (nth <= 2 ? { text: '' } : pageOf('empty')),
  cut: ({ nth }) => (nth === 1 ? { text: '# About cut\n\nHalf a' } : pageOf('cut')),
  chatty: ({ nth }) => (nth === 1 ? { text: "I'm sorry, but I cannot read this repository." } : pageOf('chatty')),
}
/** These keep failing until `well` is set. */
const illnesses: Record<string, ModelScript> = {
  refused: () => ({ text: '', stop: 'refusal' }),
  stalled: () => ({ hangs: 'pings' }),
}

let well = false
const script: ModelScript = (request) => {
  const { turn, task } = request
  if (task.kind === 'plan') {
    if (turn === 0) return { tools: [['Glob', { pattern: '**/*' }]] }
    return turn === 1
      ? {
          tools: [
            ['Read', { file_path: 'README.md' }],
            ['Grep', { pattern: 'add' }],
          ],
        }
      : planOf(slugs)
  }
  const slug = task.slug ?? ''
  if (slug === 'setup' && turn === 0) return { tools: [['Read', { file_path: 'src/add.js' }]] }
  const special = troubles[slug] ?? (well ? undefined : illnesses[slug])
  return special?.(request) ?? pageOf(slug)
}

test('claude: a generation gets through every kind of failure with the right costs, and the next one makes only the missing pages', async () => {
  await using anthropic = await fakeAnthropic(script)
  await using service = await startRealService({ anthropic })
  const request = { ...service.request, ai_model: model, ai_cli_timeout: 1 }
  const { generation_id } = (await service.api.post('/api/generate', request)).json
  await service.api.until(generation_id, {
    waiting_reason: /^claude is at its rate limit; resuming at \d\d:\d\d:\d\d UTC$/,
  })
  const first = await service.api.settled(generation_id)
  expect(first).toMatchObject({
    status: 'error',
    failed_pages: ['refused', 'stalled'],
    waiting_reason: null,
    attempt: 1,
  })
  expect(first.error_message).toMatch(
    /^2 of 9 pages could not be written \('About refused', 'About stalled'\): The model 'claude-opus-4-6\[1m\]' refused to answer/,
  )
  expect(first.error_message).toContain(
    'claude did not answer within 1 min. If the repository is large, raise ai_cli_timeout',
  )
  expect(first.total_cost_usd).toBeCloseTo(costOf(anthropic), 6)
  expect((await service.api.get('/docs/adder/claude/claude-opus-4-6%5B1m%5D/setup.html')).status).toBe(200)
  whatTheModelSaw(anthropic)

  well = true
  const before = anthropic.requests.length
  const second = await service.api.settled((await service.api.post('/api/generate', request)).json.generation_id)
  expect(second).toMatchObject({ status: 'ready', page_count: 9, failed_pages: [], error_message: null })
  expect(second.total_cost_usd).toBeCloseTo(0.0125, 6)
  expect(asked(anthropic, before).toSorted()).toEqual(['refused', 'stalled'])
  expectWordsForWriters(anthropic, slugs, await service.site(`adder/claude/${encodeURIComponent(model)}`))

  const log = (await service.api.get(`/api/projects/adder/claude/${encodeURIComponent(model)}/log`)).text
  expect(log).toMatch(/info {2}page 'refused': answered after [\d.]+ s, 0\.0063 USD, 1,000 tokens in, 50 out/)
  expect(log).not.toContain('key-for-the-fake')
})

/** Checks what it was told, the tools that were offered and what they returned. */
function whatTheModelSaw({ requests }: FakeModel): void {
  for (const { body, headers } of requests) {
    expect(body.model).toBe('claude-opus-4-6')
    expect(headers['x-api-key']).toBe('key-for-the-fake')
    const system = body.system.map(({ text }: { text: string }) => text)
    expect(system).toContain(systemPrompt())
    // Nothing of its own but a header for billing and a line that names the CLI.
    expect(system.join('').length - systemPrompt().length).toBeLessThan(500)
    expect(body.tools.map(({ name }: { name: string }) => name).toSorted()).toEqual(['Glob', 'Grep', 'Read'])
  }
  const results = JSON.stringify(requests.find(({ task, turn }) => task.kind === 'plan' && turn === 2)?.body.messages)
  expect(results).toContain('src/sum.ts')
  expect(results).toContain('npm install adder')
}

/** Opus 4.6: 5 and 25 dollars per million tokens. An interrupted answer costs its input and one token. */
const costOf = ({ requests }: FakeModel): number =>
  requests
    .filter(({ step }) => !step.status)
    .reduce((sum, { step }) => sum + (1000 * 5 + (step.hangs ? 1 : 50) * 25) / 1e6, 0)

test('claude: MAX_COST_USD is exceeded by at most one answer per call in flight; after it is raised, only the missing pages are made', async () => {
  const many = Array.from({ length: 12 }, (_, index) => `page-${index}`)
  // Half a dollar per answer.
  const dear = { inputTokens: 100_000, outputTokens: 0 }
  await using anthropic = await fakeAnthropic(({ task, turn }) => {
    if (task.kind === 'plan') return { ...planOf(many), ...dear }
    // One page never ends.
    if (task.slug === 'page-3') return { tools: [['Grep', { pattern: `word-${turn}` }]], ...dear }
    return pageOf(task.slug, dear)
  })
  await using service = await startRealService({ anthropic }, { MAX_COST_USD: '4', MAX_CALL_COST_USD: '0.9' })
  const request = { ...service.request, ai_model: model }
  const first = await service.api.settled((await service.api.post('/api/generate', request)).json.generation_id)
  expect(first.status).toBe('error')
  expect(first.total_cost_usd).toBeCloseTo(anthropic.requests.length * 0.5, 6)
  expect(first.total_cost_usd).toBeLessThanOrEqual(4 + 3 * 0.5)
  expect(first.total_cost_usd).toBeGreaterThanOrEqual(3)
  expect(first.error_message).toContain('MAX_COST_USD (4.00 USD) is used up')
  expect(first.error_message).toContain('One call of claude reached its cost limit')
  const made = asked(anthropic).filter((slug) => slug !== 'plan' && slug !== 'page-3')
  expect(first.failed_pages).toHaveLength(12 - made.length)

  await service.restart({ MAX_COST_USD: '100', MAX_CALL_COST_USD: '0.9' })
  const before = anthropic.requests.length
  const second = await service.api.settled((await service.api.post('/api/generate', request)).json.generation_id)
  expect(second).toMatchObject({ status: 'error', failed_pages: ['page-3'] })
  expect(asked(anthropic, before).toSorted()).toEqual(many.filter((slug) => !made.includes(slug)).toSorted())
})
