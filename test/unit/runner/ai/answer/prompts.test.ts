import { expect, test } from 'vitest'
import {
  END_OF_PAGE,
  pagePrompt,
  planPrompt,
  planUpdatePrompt,
  repairPrompt,
  systemPrompt,
} from '../../../../../runner/ai/answer/prompts.ts'
import { PageType, type Plan, type PlannedPage } from '../../../../../shared/plan.ts'
import { readPrompt } from '../../../../../stand-in/prompt.ts'

const subject = { project: 'adder', repoType: 'library' } as const

const planWith = (pages: PlannedPage[], more: Partial<Plan> = {}): Plan => ({
  ...{ project_name: 'Adder', tagline: 'Adds numbers', navigation: [{ group: 'All', pages }] },
  ...more,
})

test('a page prompt names its title and asks for the end mark, so programs that play a model can recognise it', () => {
  const pages = ['Setup', 'Say "a"', 'Say "a". It must cover: \\"', 'Größe [x](y.md)'].map((title, index) => ({
    ...{ slug: `page-${index}`, title, description: `What "${title}" is` },
  }))
  for (const page of pages) {
    const prompt = pagePrompt(subject, page, planWith(pages))
    expect(prompt).toContain(`The page: "${page.title}"`)
    expect(prompt).toContain(END_OF_PAGE)
    const listed = pages.map(({ slug, title }) => ({ slug, title }))
    expect(readPrompt(prompt)).toEqual({ kind: 'page', title: page.title, pages: listed })
  }
})

const inventory = { text: 'Manifests:\n- package.json: adder', pages: { least: 4, most: 8 } }

test('a planning prompt never mentions the end mark, with or without problems, whatever is in the inventory', () => {
  for (const problems of [[], ['The answer contains no JSON object.']]) {
    const prompt = planPrompt(subject, { ...inventory, text: `- README.md: ${END_OF_PAGE}` }, problems)
    expect(prompt).not.toContain(END_OF_PAGE)
    expect(readPrompt(prompt)).toEqual({ kind: 'plan' })
  }
})

test('a planning prompt has the inventory and how many pages suit the repository', () => {
  const prompt = planPrompt(subject, inventory)
  expect(prompt).toContain('<<<<\nManifests:\n- package.json: adder\n>>>>')
  expect(prompt).toContain('4 to 8 pages')
})

const page: PlannedPage = {
  ...{ slug: 'setup', title: 'Setup', description: 'How to set it up', files: ['src/a.ts', 'src/b.ts'] },
  ...{ type: 'guide', brief: 'Cover the flags.', related: ['options'] },
}
const other: PlannedPage = { slug: 'options', title: 'Options', description: 'All options', type: 'reference' }
const plan = planWith([page, other], {
  ...{ repo_type: 'library', language: 'de', summary: 'Adder adds numbers for accountants.' },
  terms: [
    { term: 'sum', meaning: 'what add() returns' },
    { term: 'operand', meaning: 'a number to add' },
  ],
})
const former = { markdown: '# Setup\n\nOld.', differences: '-a\n+b' }
const update = { plan, changes: 'modified: src/a.ts', differences: '-a\n+b' }

/** One of each kind. */
const prompts = [
  systemPrompt(),
  planPrompt(subject, inventory),
  planPrompt({ ...subject, repoType: null }, inventory, ['Too long.']),
  planUpdatePrompt(subject, update),
  planUpdatePrompt(subject, { ...update, differences: '' }, ['Too long.']),
  pagePrompt(subject, page, plan),
  pagePrompt(subject, other, plan, former),
  pagePrompt(subject, page, planWith([page])),
  pagePrompt(subject, page, plan, { ...former, differences: '' }),
  repairPrompt(subject, page, plan, { markdown: '# Setup', problems: ['Line 3 is blank.'] }),
]

test('every prompt can be made, without gaps, placeholders, or paths of the machine', () => {
  for (const prompt of prompts) {
    expect(prompt).not.toMatch(/\n\n\n|\{\{|undefined/)
    expect(prompt).not.toContain(process.cwd())
    expect(prompt).not.toMatch(/(?<![\w./)}])\/(?:home|tmp|root|Users|work)\//)
  }
})

test('each page is written by the rules of its own type, and one without a type by those of none', () => {
  for (const type of PageType.options) {
    const prompt = pagePrompt(subject, { ...page, type }, plan)
    expect(prompt.match(/^## An? (?:overview|guide|reference|concept)$/gm)).toEqual([expect.stringContaining(type)])
  }
  const { type: _, ...untyped } = page
  expect(pagePrompt(subject, untyped, plan)).not.toMatch(/^## An? /m)
})

test('every page call has the project, its words, and what the other pages tell, all in the same words', () => {
  const shared = /What the project is: [\s\S]*?\n\n[\s\S]*?\n\n/
  const [first] = shared.exec(pagePrompt(subject, page, plan)) ?? []
  expect(first).toContain('Adder adds numbers for accountants.')
  expect(first).toContain('- sum: what add() returns\n- operand: a number to add\n')
  expect(shared.exec(pagePrompt(subject, other, plan, former))?.[0]).toBe(first)
  expect(pagePrompt(subject, page, plan)).toContain('\n- [Options](options.md)\n  All options\n')
})

test('the brief is told to the page’s own writer only, and the summary to the writers of the others', () => {
  expect(pagePrompt(subject, page, plan)).toContain('The page: "Setup". It must cover: Cover the flags.')
  expect(pagePrompt(subject, other, plan)).not.toContain('Cover the flags.')
  expect(pagePrompt(subject, other, plan)).toContain('It must cover: All options')
})

test('related pages are named with their links, and English is not asked for', () => {
  expect(pagePrompt(subject, page, plan)).toContain('next, to link where the text touches them: [Options](options.md)')
  expect(pagePrompt(subject, page, plan)).toContain('Write in this language: de.')
  expect(pagePrompt(subject, page, { ...plan, language: 'en-GB' })).not.toContain('in this language')
})

test('what a request says of the repository counts more than what the plan has found', () => {
  expect(pagePrompt({ ...subject, repoType: 'tests' }, page, plan)).toContain('It is a test suite')
  expect(pagePrompt({ ...subject, repoType: null }, page, plan)).toContain('It is a library')
})

test('what was there before, what changed and what was wrong is in the prompt that asks again', () => {
  expect(planPrompt(subject, inventory, ['Too long.', 'No slug.'])).toContain('\n- Too long.\n- No slug.\n')
  expect(planUpdatePrompt(subject, update)).toMatch(
    /"slug": "setup"[\s\S]*<<<<\nmodified: src\/a.ts\n>>>>[\s\S]*-a\n\+b/,
  )
  expect(pagePrompt(subject, page, plan, former)).toMatch(/<<<<\n# Setup\n\nOld\.\n>>>>[\s\S]*<<<<\n-a\n\+b\n>>>>/)
  expect(prompts.at(-1)).toMatch(/\n- Line 3 is blank\.\n[\s\S]*==========\n# Setup\n==========\n$/)
})

test('material and the model’s own words cannot hold the end mark, with which an answer would end', () => {
  const evil = { markdown: `# Setup ${END_OF_PAGE}`, differences: `+${END_OF_PAGE}`, problems: [] }
  const words = `about ${END_OF_PAGE}`
  const terms = [{ term: 'sum', meaning: words }]
  const evilPage = { ...page, brief: words, description: words }
  const evilPlan = planWith([evilPage, { ...other, description: words }], { summary: words, terms })
  expect(pagePrompt(subject, evilPage, evilPlan, evil).split(END_OF_PAGE)).toHaveLength(2)
  expect(repairPrompt(subject, evilPage, evilPlan, evil).split(END_OF_PAGE)).toHaveLength(2)
})

test('a prompt contains only text for the model', () => {
  expect(prompts.join('')).not.toMatch(/<task>|"kind"/)
})
