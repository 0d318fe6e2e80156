import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPlan } from '../../../../../runner/ai/answer/read-plan.ts'
import { publicPlan } from '../../../../../shared/plan.ts'
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

describe('what a plan says beside titles', () => {
  const full = {
    ...{ project_name: 'P', tagline: 't', repo_type: 'Library', language: 'de', summary: 'P adds numbers.' },
    terms: [
      { term: 'sum', meaning: 'what add() returns' },
      { term: 'Sum', meaning: 'something else' },
    ],
    navigation: [
      {
        group: 'All',
        pages: [
          {
            ...{ slug: 'start', title: 'Start', type: 'Guide', summary: 'How to add', brief: 'Cover add().' },
            ...{ files: ['src/add.ts#L1-L2', 'src/add.ts'], related: ['Options'], parent: null },
          },
          { slug: 'options', title: 'Options', type: 'reference', summary: 'All options', parent: 'start' },
        ],
      },
    ],
  }

  test('is read, each field for those whom it is for', () => {
    expect(read(JSON.stringify(full))).toEqual({
      ...{ project_name: 'P', tagline: 't', repo_type: 'library', language: 'de', summary: 'P adds numbers.' },
      ...{ terms: [{ term: 'sum', meaning: 'what add() returns' }], leftOut: 0 },
      navigation: [
        {
          group: 'All',
          pages: [
            {
              ...{ slug: 'start', title: 'Start', description: 'How to add', type: 'guide', brief: 'Cover add().' },
              ...{ files: ['src/add.ts'], related: ['options'] },
            },
            { slug: 'options', title: 'Options', description: 'All options', type: 'reference', parent: 'start' },
          ],
        },
      ],
    })
  })

  test.each([
    ['types that do not exist', { repo_type: 'thing' }, { type: 'tutorial' }],
    ['a language that is none', { language: 'not a language' }, {}],
    ['terms without a meaning', { terms: [{ term: 'x' }, 'y', null] }, {}],
    [
      'other kinds of values',
      { summary: 7.5, terms: 'sum' },
      { files: 'a.ts', related: 'b', brief: ['c'], parent: {} },
    ],
  ])('is left out where it makes no sense: %s', (_name, more, page) => {
    const pages = [{ slug: 'a', title: 'A', summary: 's', ...page }]
    const { navigation: made, ...plan } = read(
      JSON.stringify({ project_name: 'P', ...more, navigation: [{ group: 'All', pages }] }),
    )
    expect(made).toEqual([{ group: 'All', pages: [{ slug: 'a', title: 'A', description: 's' }] }])
    expect(Object.keys(plan).filter((key) => !['project_name', 'tagline', 'leftOut', 'summary'].includes(key))).toEqual(
      [],
    )
  })

  test('terms may be an object, and only so many reach the prompts', () => {
    const terms = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`t${index}`, 'x'.repeat(500)]))
    const made = read(JSON.stringify({ ...full, terms })).terms ?? []
    expect(made).toHaveLength(30)
    expect(made[0]).toEqual({ term: 't0', meaning: `${'x'.repeat(299)}…` })
  })

  test('pages listed below a page belong to it', () => {
    const pages = [{ slug: 'core', title: 'Core', pages: [{ slug: 'core-api', title: 'API' }] }]
    expect(read(planOf(pages)).navigation[0]?.pages[1]).toMatchObject({ slug: 'core-api', parent: 'core' })
  })

  test('words keep their sense, and pages what was said of them, when a plan is brought up to date', () => {
    const former = readPlan(JSON.stringify(full), 'P')
    if ('problems' in former) throw new Error('unreadable')
    const update = { navigation: [{ group: 'All', pages: [{ slug: 'options' }, { slug: 'start' }] }] }
    const terms = [
      { term: 'SUM', meaning: 'a new sense' },
      { term: 'operand', meaning: 'a number' },
    ]
    const made = readPlan(JSON.stringify({ project_name: 'P', terms, ...update }), 'P', false, former.plan)
    if ('problems' in made) throw new Error('unreadable')
    const [start, options] = former.plan.navigation[0]?.pages ?? []
    expect(made.plan).toEqual({
      ...former.plan,
      terms: [...(former.plan.terms ?? []), { term: 'operand', meaning: 'a number' }],
      navigation: [{ group: 'All', pages: [start, options] }],
    })
  })
})

test('plan_json has what clients read, and nothing for the writer', () => {
  const page = {
    slug: 'a',
    title: 'A',
    summary: 's',
    brief: 'b',
    files: ['f'],
    related: ['c'],
    parent: 'c',
    type: 'guide',
  }
  const made = readPlan(planOf([page, { slug: 'c', title: 'C' }]), 'P')
  if ('problems' in made) throw new Error('unreadable')
  expect(publicPlan({ ...made.plan, summary: 'x', terms: [{ term: 'y', meaning: 'z' }] })).toEqual({
    ...{ project_name: 'P', tagline: '' },
    navigation: [
      {
        group: 'All',
        pages: [
          { slug: 'c', title: 'C', description: '' },
          { slug: 'a', title: 'A', description: 's' },
        ],
      },
    ],
  })
})
