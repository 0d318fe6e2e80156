import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Provider } from '../../shared/variant.ts'
import { type AnswerCase, answerCases, caseFiles } from '../support/answer-cases.ts'
import { type Api, apiOf, type Reply } from '../support/api.ts'
import { type CaseCall, writeCaseClis } from '../support/case-cli.ts'
import { patience } from '../support/limits.ts'
import { all, elementsOf, type Node, readHtml, textOf } from '../support/read-html.ts'
import { makeRepository } from '../support/repository.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'

/** Generations in progress, by provider and case. They share one service, and all are asked for before the first is looked at. */
const generations = new Map<string, string>()
const key = (provider: Provider, { id }: AnswerCase) => `${provider} ${id}`
const casesOf = (provider: Provider) => answerCases.filter(({ notFor = [] }) => !notFor.includes(provider))

const cleanUp = new AsyncDisposableStack()
let api: Api
let calls: () => Promise<CaseCall[]>

beforeAll(async () => {
  const folder = cleanUp.use(await temporaryFolder('answers'))
  const repository = join(folder.path, 'case')
  await makeRepository(repository, caseFiles)
  const clis = await writeCaseClis(folder.path)
  calls = clis.calls
  const service = await startServiceProcess(join(folder.path, 'data'), {
    ...{ AI_CLI_CLAUDE: clis.paths.claude, AI_CLI_GEMINI: clis.paths.gemini, AI_CLI_CURSOR: clis.paths.cursor },
    ...{ ANTHROPIC_API_KEY: 'k', GEMINI_API_KEY: 'k', CURSOR_API_KEY: 'k' },
    MAX_CONCURRENT_PAGES: '4',
  })
  cleanUp.defer(async () => await service.stop())
  api = apiOf(service)
  for (const provider of Provider.options) {
    for (const one of casesOf(provider)) {
      const limit = one.timeout === undefined ? {} : { ai_cli_timeout: one.timeout }
      const request = { repo_path: repository, ai_provider: provider, ai_model: one.id, ...limit }
      generations.set(key(provider, one), (await api.post('/api/generate', request)).json.generation_id)
    }
  }
})

afterAll(async () => await cleanUp.disposeAsync())

describe.each(Provider.options)('%s', (provider) => {
  test.each(casesOf(provider))('$id: $promise', async (one) => {
    const variant = await api.settled(generations.get(key(provider, one)) ?? '')
    expect(variant).toMatchObject({ status: 'ready', error_message: null, unverified_citations: 0 })
    await checkCalls(provider, one)
    checkPlan(variant, one)
    const { expected } = one
    if (expected.seconds) expect(variant.generation_duration).toBeLessThan(expected.seconds * patience)
    const { text } = await api.get(`/docs/case/${provider}/${one.id}/overview.html`)
    checkPage(text, one)
    for (const { attributes } of all(readHtml(text), 'img')) {
      const { status, headers } = await api.get(`/docs/case/${provider}/${one.id}/${attributes.src}`)
      expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
    }
    const log = await api.get(`/api/projects/case/${provider}/${one.id}/log`)
    for (const part of expected.logged ?? []) expect(log.text).toContain(part)
  })
})

async function checkCalls(provider: Provider, { id, expected: { planCalls = 1, pageCalls = 1 } }: AnswerCase) {
  const mine = (await calls()).filter((call) => call.provider === provider && call.model === id)
  expect(mine.filter(({ what }) => what === 'plan').length).toBeLessThanOrEqual(planCalls)
  expect(mine.filter(({ what }) => what === 'Overview').length).toBeLessThanOrEqual(pageCalls)
}

function checkPlan(variant: Reply['json'], { expected }: AnswerCase): void {
  const { pages = ['overview', 'other'], notes = [] } = expected
  const plan: { navigation: { pages: { slug: string }[] }[] } = JSON.parse(variant.plan_json)
  expect(plan.navigation.flatMap((group) => group.pages.map(({ slug }) => slug))).toEqual(pages)
  expect(variant).toMatchObject({ page_count: pages.length, failed_pages: [], notes })
}

function checkPage(html: string, { expected }: AnswerCase): void {
  const document = readHtml(html)
  const content = elementsOf(document).find(({ attributes }) => attributes.class === 'content')
  if (!content) throw new Error('The page has no content')
  const shown = textOf(content)
  for (const text of expected.shows ?? []) expect(shown).toContain(text)
  for (const part of expected.html ?? []) expect(html).toContain(part)
  for (const part of expected.lacks ?? []) expect(html).not.toContain(part)
  const links = all(content, 'a').map((link) => [textOf(link), link.attributes.href?.replace(/^\.\//, '')])
  expect(Object.fromEntries(links)).toMatchObject(expected.links ?? {})
  const isSource = ({ attributes }: Node) => attributes.class === 'source'
  const sources = elementsOf(content).filter(isSource).map(textOf)
  expect(sources).toEqual(expect.arrayContaining(expected.sources ?? []))
}
