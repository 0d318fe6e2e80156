import { describe, expect, test } from 'vitest'
import { readPage } from '../../../../../runner/ai/answer/read-page.ts'
import { readPlan } from '../../../../../runner/ai/answer/read-plan.ts'
import { adapters } from '../../../../../runner/ai/providers/adapters.ts'
import type { Provider } from '../../../../../shared/variant.ts'
import { printed } from '../../../../support/printed.ts'
import { readAnswer } from '../../../../support/read-answer.ts'

const page = '# Overview\n\nText.'
const end = '<!-- docsfy:end -->'
const plan =
  '{"project_name": "P", "navigation": [{"group": "All", "pages": [{"slug": "overview", "title": "Overview",}]}]}'

/** A text alone is all that cursor prints, so what was said before a tool call is only for the others. */
const answers: [name: string, texts: string[], kind: 'page' | 'plan'][] = [
  ['a page', [`${page}\n\n${end}`], 'page'],
  ['a page, then words', [`${page}\n\n${end}\n\nThe page is complete.`], 'page'],
  ['a page with its mark in backquotes', [`${page}\n\n\`${end}\``], 'page'],
  ['a page in a fence, then words', [`Here:\n\n\`\`\`markdown\n${page}\n\`\`\`\n\nAll of it.\n\n${end}`], 'page'],
  ['a page after a tool call', ['Let me look.', `${page}\n\n${end}`], 'page'],
  ['a plan with a comma too many', [plan], 'plan'],
  ['a plan after braces', [`The plan for {project}:\n\n${plan}`], 'plan'],
]
const beforeTools: typeof answers = [
  ['a page, a tool call, nothing', [`${page}\n\n${end}`, ''], 'page'],
  ['a page, a tool call, words', [`${page}\n\n${end}`, 'I verified it.'], 'page'],
]

function read(provider: Provider, texts: string[], exitCode: number | undefined) {
  const lines = printed[provider](texts).map((event) => JSON.stringify(event))
  const answer = readAnswer(adapters[provider].read(), lines, { stderr: '', exitCode })
  return answer.ok ? [...(answer.earlier ?? []), answer.text] : []
}

describe.each([
  ['claude', [...answers, ...beforeTools]],
  ['gemini', [...answers, ...beforeTools]],
  ['cursor', answers],
] as const)('%s: a whole answer is used, whatever the exit code', (provider, cases) => {
  test.each(cases)('%s', (_name, texts, kind) => {
    for (const exitCode of [0, 1, 143, undefined]) {
      const said = read(provider, texts, exitCode)
      if (kind === 'page') expect(readPage(said, 'Overview')).toBe(page)
      else expect(readPlan(said.at(-1) ?? '', 'P')).toMatchObject({ plan: { project_name: 'P' }, leftOut: 0 })
    }
  })

  test('its result is the last line that is waited for', () => {
    const reader = adapters[provider].read()
    expect(
      printed[provider](['x'])
        .map((event) => reader.line(JSON.stringify(event)))
        .at(-1),
    ).toBe('last')
  })
})
