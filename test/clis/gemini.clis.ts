import { expect, test } from 'vitest'
import { systemPrompt } from '../../runner/ai/answer/prompts.ts'
import { fakeGemini } from '../support/fake-gemini.ts'
import type { FakeModel, ModelScript } from '../support/model-script.ts'
import { asked, expectWordsForWriters, pageOf, planOf, startRealService } from './real-service.ts'

const slugs = ['setup', 'limited', 'broken', 'empty', 'cut', 'refused', 'stalled']

/** What goes wrong with a page at first. The CLI handles `limited` and `broken` itself. */
const troubles: Record<string, ModelScript> = {
  limited: ({ nth }) => (nth === 1 ? { status: 429, code: 'RESOURCE_EXHAUSTED' } : pageOf('limited')),
  broken: ({ nth }) => (nth === 1 ? { status: 500 } : pageOf('broken')),
  empty: ({ nth }) => (nth <= 3 ? { text: '' } : pageOf('empty')),
  cut: ({ nth }) => (nth === 1 ? { text: '# About cut\n\nHalf a', stop: 'MAX_TOKENS' } : pageOf('cut')),
}
/** These keep failing until `well` is set. */
const illnesses: Record<string, ModelScript> = {
  refused: () => ({ text: '', stop: 'SAFETY' }),
  stalled: () => ({ hangs: 'silent' }),
}

let well = false
const script: ModelScript = (request) => {
  const { turn, task } = request
  if (task.kind === 'plan') {
    if (turn === 0) return { tools: [['list_directory', { dir_path: '.' }]] }
    if (turn > 1) return planOf(slugs)
    return {
      tools: [
        ['read_file', { file_path: 'README.md' }],
        ['glob', { pattern: 'src/*' }],
        ['glob', { pattern: '/etc/*' }],
      ],
    }
  }
  const slug = task.slug ?? ''
  if (slug === 'setup' && turn === 0) return { tools: [['grep_search', { pattern: 'add' }]] }
  const special = troubles[slug] ?? (well ? undefined : illnesses[slug])
  return special?.(request) ?? pageOf(slug)
}

test('gemini: a generation gets through every kind of failure with the right costs, and the next one makes only the missing pages', async () => {
  await using gemini = await fakeGemini(script)
  await using service = await startRealService({ gemini })
  const request = { ...service.request, ai_provider: 'gemini', ai_model: 'gemini-2.5-pro', ai_cli_timeout: 1 }
  const first = await service.api.settled((await service.api.post('/api/generate', request)).json.generation_id)
  expect(first).toMatchObject({ status: 'error', failed_pages: ['refused', 'stalled'], attempt: 1 })
  expect(first.error_message).toContain("The model 'gemini-2.5-pro' refused to answer. Use another model")
  expect(first.error_message).toContain(
    'gemini did not answer within 1 min. If the repository is large, raise ai_cli_timeout',
  )
  expect(first.total_cost_usd).toBeCloseTo(costOf(gemini), 6)
  whatTheModelSaw(gemini)

  well = true
  const before = gemini.requests.length
  const second = await service.api.settled((await service.api.post('/api/generate', request)).json.generation_id)
  expect(second).toMatchObject({ status: 'ready', page_count: 7, failed_pages: [], error_message: null })
  expect(second.total_cost_usd).toBeCloseTo(0.0035, 6)
  expect(asked(gemini, before).toSorted()).toEqual(['refused', 'stalled'])
  expectWordsForWriters(gemini, slugs, await service.site('adder/gemini/gemini-2.5-pro'))
})

/** Gemini 2.5 Pro: 1.25 and 10 dollars per million tokens. The cost of a killed call is unknown. */
const costOf = ({ requests }: FakeModel): number =>
  requests.filter(({ step }) => !step.status && !step.hangs).length * ((1000 * 1.25 + 50 * 10) / 1e6)

/** Checks what it was told, the tools that were offered and what they returned: files of the clone, and no names outside it. */
function whatTheModelSaw({ requests }: FakeModel): void {
  for (const { body, headers } of requests) {
    expect(headers['x-goog-api-key']).toBe('key-for-the-fake')
    // Nothing of its own.
    expect(body.systemInstruction.parts).toEqual([{ text: systemPrompt() }])
    const declared = body.tools.flatMap(
      (tool: { functionDeclarations: { name: string }[] }) => tool.functionDeclarations,
    )
    const names = declared.map(({ name }: { name: string }) => name).toSorted()
    expect(names).toEqual(['glob', 'grep_search', 'list_directory', 'read_file'])
  }
  const planning = requests.filter(({ task, turn }) => task.kind === 'plan' && turn === 2)
  const results = JSON.stringify(planning.map(({ body }) => body.contents))
  expect(results).toContain('src/sum.ts')
  expect(results).toContain('npm install adder')
  expect(results).not.toContain('/etc/hostname')
}
