import { afterAll, beforeAll, expect, test } from 'vitest'
import { titleOf } from '../support/question.ts'
import { all, elementsOf, type Node, readHtml, textOf } from '../support/read-html.ts'
import { type SampleService, startSampleService } from '../support/sample-service.ts'

const end = '<!-- docsfy:end -->'
const page = (slug: string, ...parts: string[]) => [`# ${titleOf(slug)}`, ...parts, end].join('\n\n')

const copied =
  'The library adds two numbers and gives their sum, and it takes no others: a text, a list or nothing at all is neither read nor changed nor put in order before it is added.'

/** What the model says for each page, call by call. */
const texts: Record<string, string[]> = {
  mended: [
    page(
      'mended',
      'Call [`add`](source:src/add.js#L3), as [sum.ts](source:sum.ts#L4) does; see [the tests](source:test).',
      '- It is short:\n\n  ```js source=src/add.js#L2-L4\n  ```',
      "> ```ts source=src/sum.ts#L1-L1\n> export const verbose = process.env.ADDER_VERBOSE === '1'\n> ```",
      copied,
    ),
  ],
  repaired: [
    page('repaired', 'Run it with `--turbo`.\n\nSee [gone](gone.md).'),
    page('repaired', 'Run [`npm test`](source:package.json).'),
  ],
  stubborn: [
    page(
      'stubborn',
      'Call [`subtract()`](source:src/add.js#L2), and once more [`add`](source:src/add.js#L2).',
      'Run `npm run deploy`, or:',
      '```sh\nnpm test && npm run deploy\n```',
      '```js source=src/add.js#L3\nreturn a - b\n```',
      `## Why\n\n${'It was made for those who want to know what it is that they add and why they do. '.repeat(5)}`,
      copied,
    ),
  ],
  worse: [
    page('worse', 'Run it with `--turbo`, as [`add`](source:src/add.js#L2) says.'),
    page('worse', 'Run it with `--turbo`, `--nitro` and `--faster`, as the documentation of it says in another place.'),
  ],
  fails: [page('fails', 'Run it with `--turbo`. These words stay.'), 'Sorry, I cannot do that.'],
}

let sample: SampleService
// biome-ignore lint/suspicious/noExplicitAny: what a test asserts of a body is the test's business
let variant: any

beforeAll(async () => {
  sample = await startSampleService(
    { slugs: Object.keys(texts), texts },
    // One after another, so that it is known which of two pages was first.
    { MAX_CONCURRENT_PAGES: '1' },
  )
  const asked = await sample.api.post('/api/generate', {
    repo_path: sample.repository,
    ai_provider: 'claude',
    ai_model: 'm',
  })
  variant = await sample.api.settled(asked.json.generation_id)
})
afterAll(async () => await sample[Symbol.asyncDispose]())

const callsOf = async (slug: string) => (await sample.cli.calls()).filter(({ what }) => what === slug).length

async function contentOf(slug: string): Promise<Node> {
  const { text } = await sample.api.get(`/docs/adder/claude/m/${slug}.html`)
  const content = elementsOf(readHtml(text)).find(({ attributes }) => attributes.class === 'content')
  if (!content) throw new Error(`${slug} has no content`)
  return content
}

const marksIn = (content: Node): string[] => all(content, 'small').map(textOf)

test('a page whose citations can be put right costs one call and has no marks', async () => {
  const content = await contentOf('mended')
  expect(await callsOf('mended')).toBe(1)
  expect(marksIn(content)).toEqual([])
  expect(all(content, 'figcaption').map(textOf)).toEqual(['src/add.js lines 2–4', 'src/sum.ts line 6'])
  expect(all(content, 'pre').map(textOf)).toEqual([
    'export function add(a, b) {\n  return a + b\n}',
    "export const verbose = process.env.ADDER_VERBOSE === '1'",
  ])
  const sources = elementsOf(content).filter(({ attributes }) => attributes.class === 'source')
  expect(sources.slice(0, 3).map((source) => [textOf(source), source.attributes.title])).toEqual([
    ['add (src/add.js:2)', 'src/add.js, line 2'],
    ['sum.ts:4', 'src/sum.ts, line 4'],
    ['the tests (test/)', 'test/, folder'],
  ])
})

test('a page with an invented option and a dead link is asked for once more, and is published without them', async () => {
  const content = await contentOf('repaired')
  expect(await callsOf('repaired')).toBe(2)
  expect(textOf(content).trim()).toBe('Run npm test (package.json).')
})

test('what is still wrong after that is marked on the page, and counted', async () => {
  const content = await contentOf('stubborn')
  expect(await callsOf('stubborn')).toBe(2)
  expect(marksIn(content)).toEqual([
    'not verified',
    'not found in the code',
    'not found in the code',
    'not verified',
    'no source',
    'also on another page',
  ])
  // Each citation has its own mark: of two in the same lines only one is wrong.
  expect(textOf(all(content, 'p')[0] ?? content)).toBe(
    'Call subtract() (src/add.js:2) not verified, and once more add (src/add.js:2).',
  )
  // stubborn: a link, an excerpt, a command, a section and a paragraph; worse and fails: an option each.
  expect(variant).toMatchObject({ status: 'ready', page_count: 5, failed_pages: [], unverified_citations: 7 })
})

test('an answer that is worse, or no page at all, costs nothing but its call: the former page is published', async () => {
  expect([await callsOf('worse'), await callsOf('fails')]).toEqual([2, 2])
  expect(textOf(await contentOf('worse')).trim()).toBe(
    'Run it with --turbo not found in the code, as add (src/add.js:2) says.',
  )
  expect(textOf(await contentOf('fails')).trim()).toBe('Run it with --turbo not found in the code. These words stay.')
})

test('a page that was paid for before its repair is not asked for again by the next attempt', async () => {
  const [first = '', second = ''] = texts.repaired ?? []
  await using held = await startSampleService({
    slugs: ['repaired'],
    texts: { repaired: [first, second] },
    repairs: 'wait-for-go',
  })
  const asked = await held.api.post('/api/generate', {
    repo_path: held.repository,
    ai_provider: 'claude',
    ai_model: 'm',
  })
  await held.cli.untilCalls('the repair to begin', (calls) => calls.length === 3)
  const path = '/api/projects/adder/claude/m'
  expect((await held.api.post(`${path}/abort`)).status).toBe(200)
  await held.cli.go()
  const again = await held.api.post('/api/generate', {
    repo_path: held.repository,
    ai_provider: 'claude',
    ai_model: 'm',
  })
  expect(again.json.generation_id).not.toBe(asked.json.generation_id)
  expect(await held.api.settled(again.json.generation_id)).toMatchObject({ status: 'ready', unverified_citations: 0 })
  expect((await held.cli.calls()).map(({ what }) => what)).toEqual(['plan', 'repaired', 'repaired', 'repaired'])
})

test('without money for a repair the page is published with its marks', async () => {
  const [first = ''] = texts.repaired ?? []
  await using poor = await startSampleService(
    { slugs: ['repaired'], texts: { repaired: [first] } },
    // The plan and the page cost that much.
    { MAX_COST_USD: '0.5' },
  )
  const asked = await poor.api.post('/api/generate', {
    repo_path: poor.repository,
    ai_provider: 'claude',
    ai_model: 'm',
  })
  expect(await poor.api.settled(asked.json.generation_id)).toMatchObject({
    status: 'ready',
    failed_pages: [],
    unverified_citations: 1,
    total_cost_usd: 0.5,
  })
  expect(await poor.cli.calls()).toHaveLength(2)
})

test('every call is paid for and counted', async () => {
  expect(variant.total_cost_usd).toBeCloseTo(0.25 * (await sample.cli.calls()).length)
  expect(await sample.cli.calls()).toHaveLength(10)
})
