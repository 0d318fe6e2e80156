import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPlan } from '../../../../../runner/ai/answer/read-plan.ts'
import { limits } from '../../../../support/limits.ts'

const planOf = (pages: object[]) => JSON.stringify({ project_name: 'P', navigation: [{ group: 'All', pages }] })

const read = (text: string) => {
  const found = readPlan(text, 'adder')
  if ('problems' in found) throw new Error(found.problems.join(' '))
  return { ...found.plan, leftOut: found.leftOut }
}
const pagesIn = (text: string) =>
  read(text).navigation.flatMap(({ group, pages }) => pages.map(({ slug }) => `${group}: ${slug}`))

const pages = ['overview', 'other'].map((slug) => ({ slug, title: slug, description: 'd' }))
const navigation = [{ group: 'All', pages }]
const plan = JSON.stringify({ project_name: 'P', tagline: 't', navigation }, null, 1)
const both = ['All: overview', 'All: other']

describe('a plan is found and mended, whatever is around it or wrong in it', () => {
  const answers: [name: string, answer: string][] = [
    ['as asked for', plan],
    ['in a fence, between words', `Here it is:\n\n\`\`\`json\n${plan}\n\`\`\`\n\nShall I go on?`],
    ['after braces and brackets in words', `The plan for {project}, see [1] and {"a": [1]}:\n\n${plan}`],
    ['after a brace that is never closed', `A block opens with { and so does this:\n${plan}`],
    ['before braces in words', `${plan}\n\nI left out {drafts} and {"name": "x"}.`],
    [
      'after a draft',
      `${JSON.stringify({ project_name: 'P', navigation: [{ group: 'G', pages: [{ slug: 'x' }] }] })}\n${plan}`,
    ],
    ['before a part of it', `${plan}\n\nThe last group is [{"group": "B", "pages": [{"slug": "c"}]}].`],
    ['with a comma too many', plan.replaceAll('"d"', '"d",')],
    ['with a comma too few', plan.replace('},', '}')],
    ['with comments', plan.replace('"navigation"', '// the pages\n"navigation"')],
    ['with bare quotes in a text', plan.replace('"d"', '"the "best" of it"')],
    ['with a bare quote in a text', plan.replace('"d"', '"a 5" disk, and more"')],
    ['with a line break in a text', plan.replace('"d"', '"d\ne"')],
    ['with curly quotes', plan.replaceAll(/"([^"]*)"/g, '“$1”')],
    ['with single quotes', plan.replaceAll('"', "'")],
    ['as an escaped text', JSON.stringify(plan)],
    ['without its last brackets', plan.replace(/\s*\]\s*\}$/, '')],
    ['inside another object', JSON.stringify({ plan: { project_name: 'P', navigation } })],
    ['as groups alone', JSON.stringify(navigation)],
    ['as groups, one a line', pages.map((page) => JSON.stringify({ group: 'All', pages: [page] })).join('\n')],
    ['as groups by name', JSON.stringify({ navigation: { All: pages } })],
    ['with groups called sections', JSON.stringify({ sections: [{ title: 'All', pages }] })],
    [
      'with pages by slug',
      JSON.stringify({ navigation: [{ group: 'All', pages: { overview: { title: 'O' }, other: {} } }] }),
    ],
    ['with titles alone', JSON.stringify({ navigation: [{ group: 'All', pages: ['Overview', 'Other'] }] })],
  ]
  test.each(answers)('%s', (_name, answer) => {
    expect(pagesIn(answer)).toEqual(both)
  })

  test('pages below pages and groups below groups are put in one line', () => {
    const inner = { slug: 'inner', title: 'Inner' }
    const nested = [
      { group: 'A', pages: [{ slug: 'first', title: 'First', pages: [inner] }] },
      { group: 'B', pages: [], groups: [{ group: 'C', pages: [{ slug: 'last', title: 'Last' }] }] },
    ]
    expect(pagesIn(JSON.stringify({ navigation: nested }))).toEqual(['A: first', 'A: inner', 'C: last'])
  })

  test('what is missing or null is made from what is there', () => {
    const bare = {
      project_name: null,
      tagline: null,
      navigation: [{ pages: [{ slug: 'getting-started', title: null }] }],
    }
    expect(read(JSON.stringify(bare))).toEqual({
      ...{ project_name: 'adder', tagline: '', leftOut: 0 },
      navigation: [
        { group: 'Documentation', pages: [{ slug: 'getting-started', title: 'Getting started', description: '' }] },
      ],
    })
  })

  test('long texts are cut', () => {
    const long = '😀'.repeat(3_000)
    const cut = read(
      JSON.stringify({
        project_name: long,
        tagline: long,
        navigation: [{ group: long, pages: [{ title: long, description: long }] }],
      }),
    )
    expect(cut.tagline).toMatch(/^(😀)+…$/u)
    expect(cut.navigation[0]?.pages[0]).toMatchObject({
      slug: expect.stringMatching(/^(grinning-?)+$/),
      title: expect.stringMatching(/^(😀)+…$/u),
    })
  })

  test('any plan comes out as it is, from any JSON that says it', () => {
    const text = fc.stringMatching(/^[A-Za-z"'{}[\]:,\\ ]{0,20}$/).map((some) => `x${some}x`.replaceAll(/\s+/g, ' '))
    const page = fc.record({ title: text, description: text })
    const groups = fc.array(fc.record({ group: text, pages: fc.array(page, { minLength: 1, maxLength: 4 }) }), {
      ...{ minLength: 1, maxLength: 4 },
    })
    fc.assert(
      fc.property(text, groups, fc.constantFrom('', ' ', '\t'), (project_name, list, space) => {
        const numbered = list.map(({ group, pages: some }, at) => ({
          group,
          pages: some.map((each, index) => ({ slug: `page-${at}-${index}`, ...each })),
        }))
        const said = { project_name, tagline: '', navigation: numbered }
        const answer = `It's {so}:\n\`\`\`json\n${JSON.stringify(said, null, space)}\n\`\`\`\nDone {well}.`
        expect(read(answer)).toEqual({ ...said, leftOut: 0 })
      }),
    )
  })
})

test('slugs are made flat and unique, whatever the model calls its pages', () => {
  const read = readPlan(
    `Here:\n${planOf([{ slug: 'A b' }, { slug: 'a/b' }, { slug: 'index' }].map((page) => ({ ...page, title: 'T' })))}`,
    'P',
  )
  expect('plan' in read && read.plan.navigation.flatMap(({ pages }) => pages.map(({ slug }) => slug))).toEqual([
    'a-b',
    'a-b-2',
    'index-2',
  ])
})

test('slugs of titles in other scripts are transliterated', () => {
  const titles = ['Быстрый старт', '快速开始', 'はじめに', 'Über uns', '시작하기', 'Ελληνικά', '🚀', '…']
  const read = readPlan(planOf(titles.map((title) => ({ title }))), 'P')
  expect('plan' in read && read.plan.navigation.flatMap(({ pages }) => pages.map(({ slug }) => slug))).toEqual([
    'bystryy-start',
    'kuaisukaishi',
    'hajimeni',
    'uber-uns',
    'sijaghagi',
    'ellinika',
    'rocket',
    'page',
  ])
})

test(
  'a plan with far too many pages is cut at once',
  () => {
    const many = Array.from({ length: 100_000 }, () => ({ slug: 'a', title: 'a' }))
    const { navigation: kept, leftOut } = read(planOf(many))
    expect([kept[0]?.pages.length, leftOut]).toEqual([60, 99_940])
  },
  limits.quickWork,
)

describe('what cannot be mended is told as it is', () => {
  const cut = 'The answer ends in the middle of the JSON object.'
  const none = 'The answer contains no JSON object.'
  const empty = 'The answer contains no JSON object whose "navigation" lists at least one page.'
  const answers: [name: string, answer: string, problem: string][] = [
    ['no JSON', 'I could not read the repository.', none],
    ['brackets in words', 'See [the docs] {really}.', empty],
    ['no page', planOf([]), empty],
    ['another object', '{"error": "no files"}', empty],
    ['cut off in a text', plan.slice(0, plan.indexOf('other') + 2), cut],
    ['cut off in the first page', plan.slice(0, plan.indexOf('overview') + 3), cut],
    ['cut off between pages', plan.slice(0, plan.indexOf('},') + 2), cut],
  ]
  test.each(answers)('%s', (_name, answer, problem) => {
    expect(readPlan(answer, 'adder')).toEqual({ problems: [problem] })
  })
})

test(
  'an answer made to be hard to read is read at once',
  () => {
    const hard = [
      '['.repeat(100_000),
      '{"a":"'.repeat(20_000),
      '{"pages":[{"title":"x" y'.repeat(10_000),
      '[{'.repeat(50_000) + '}]'.repeat(50_000),
    ]
    for (const answer of hard) expect(readPlan(answer, 'adder')).toHaveProperty('problems')
  },
  limits.quickWork,
)
