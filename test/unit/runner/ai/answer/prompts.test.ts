import { expect, test } from 'vitest'
import { END_OF_PAGE, pagePrompt, planPrompt } from '../../../../../runner/ai/answer/prompts.ts'
import { readPrompt } from '../../../../../stand-in/prompt.ts'

const subject = { project: 'adder', repoType: 'library' } as const

test('a page prompt names its title and asks for the end mark, so programs that play a model can recognise it', () => {
  const pages = ['Setup', 'Say "a"', 'Say "a". It must cover: \\"', 'Größe [x](y.md)'].map((title, index) => ({
    ...{ slug: `page-${index}`, title, description: `What "${title}" is` },
  }))
  for (const page of pages) {
    const prompt = pagePrompt(subject, page, pages)
    expect(prompt).toContain(`The page: "${page.title}"`)
    expect(prompt).toContain(END_OF_PAGE)
    const listed = pages.map(({ slug, title }) => ({ slug, title }))
    expect(readPrompt(prompt)).toEqual({ kind: 'page', title: page.title, pages: listed })
  }
})

test('a planning prompt never mentions the end mark, with or without problems', () => {
  for (const problems of [[], ['The answer contains no JSON object.']]) {
    expect(planPrompt(subject, problems)).not.toContain(END_OF_PAGE)
    expect(readPrompt(planPrompt(subject, problems))).toEqual({ kind: 'plan' })
  }
})

test('a prompt contains only text for the model', () => {
  const page = { slug: 'setup', title: 'Setup', description: '' }
  expect(planPrompt(subject) + pagePrompt(subject, page, [page])).not.toMatch(/<task>|"kind"/)
})
