import { expect, test } from 'vitest'
import {
  END_OF_PAGE,
  pagePrompt,
  planPrompt,
  planUpdatePrompt,
  repairPrompt,
  systemPrompt,
} from '../../../../../runner/ai/answer/prompts.ts'
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

const page = { slug: 'setup', title: 'Setup', description: 'How to set it up', files: ['src/a.ts', 'src/b.ts'] }
const plan = { project_name: 'Adder', tagline: '', navigation: [{ group: 'All', pages: [page] }] }
const former = { markdown: '# Setup\n\nOld.', differences: '-a\n+b' }
const update = { plan, changes: 'modified: src/a.ts', differences: '-a\n+b' }

/** One of each kind. */
const prompts = [
  systemPrompt(),
  planPrompt(subject),
  planPrompt({ ...subject, repoType: null }, ['Too long.']),
  planUpdatePrompt(subject, update),
  planUpdatePrompt(subject, { ...update, differences: '' }, ['Too long.']),
  pagePrompt(subject, page, [page]),
  pagePrompt(subject, page, [page], former),
  pagePrompt(subject, page, [page], { ...former, differences: '' }),
  repairPrompt(subject, page, [page], { markdown: '# Setup', problems: ['Line 3 is blank.'] }),
]

test('every prompt can be made, without gaps, placeholders, or paths of the machine', () => {
  for (const prompt of prompts) {
    expect(prompt).not.toMatch(/\n\n\n|\{\{|undefined/)
    expect(prompt).not.toContain(process.cwd())
    expect(prompt).not.toMatch(/(?<![\w./)}])\/(?:home|tmp|root|Users|work)\//)
  }
})

test('what was there before, what changed and what was wrong is in the prompt that asks again', () => {
  expect(planPrompt(subject, ['Too long.', 'No slug.'])).toContain('\n- Too long.\n- No slug.\n')
  expect(planUpdatePrompt(subject, update)).toMatch(
    /"slug": "setup"[\s\S]*<<<<\nmodified: src\/a.ts\n>>>>[\s\S]*-a\n\+b/,
  )
  expect(pagePrompt(subject, page, [page], former)).toMatch(/<<<<\n# Setup\n\nOld\.\n>>>>[\s\S]*<<<<\n-a\n\+b\n>>>>/)
  expect(prompts.at(-1)).toMatch(/\n- Line 3 is blank\.\n[\s\S]*==========\n# Setup\n==========\n$/)
})

test('quoted material cannot hold the end mark, with which an answer would end', () => {
  const evil = { markdown: `# Setup ${END_OF_PAGE}`, differences: `+${END_OF_PAGE}` }
  expect(pagePrompt(subject, page, [page], evil).split(END_OF_PAGE)).toHaveLength(2)
})

test('a prompt contains only text for the model', () => {
  expect(prompts.join('')).not.toMatch(/<task>|"kind"/)
})
