import { join } from 'node:path'
import { expect } from 'vitest'
import { PageType } from '../../shared/plan.ts'
import { type Api, apiOf } from '../support/api.ts'
import { downloadedSite } from '../support/archived-files.ts'
import type { FakeModel, Step } from '../support/model-script.ts'
import { titleOf } from '../support/question.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { type ServiceProcess, startServiceProcess, temporaryFolder } from '../support/service-process.ts'
import { clis } from './clis.ts'

/** The whole service with the real CLIs against fake models, and a repository called `adder`. */
export interface RealService extends AsyncDisposable {
  api: Api
  /** A client's request, without the model. */
  request: { repo_path: string }
  dataDir: string
  /** The files of a site. @param address - `<project>/<provider>/<model>` */
  site(address: string): Promise<Map<string, string>>
  /** Starts the service again, with other settings. */
  restart(env: Record<string, string>): Promise<void>
}

export async function startRealService(
  models: { anthropic?: FakeModel; gemini?: FakeModel },
  env: Record<string, string> = {},
): Promise<RealService> {
  const folder = await temporaryFolder('clis')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  const dataDir = join(folder.path, 'data')
  let service: ServiceProcess
  const start = async (more: Record<string, string>) => {
    service = await startServiceProcess(dataDir, {
      ...{ AI_CLI_CLAUDE: clis.claude, ANTHROPIC_API_KEY: 'key-for-the-fake' },
      ...{ AI_CLI_GEMINI: clis.gemini, GEMINI_API_KEY: 'key-for-the-fake' },
      ...(models.anthropic ? { ANTHROPIC_BASE_URL: models.anthropic.url } : {}),
      ...(models.gemini ? { GOOGLE_GEMINI_BASE_URL: models.gemini.url } : {}),
      ...{ MAX_CONCURRENT_PAGES: '3', ...more },
    })
    real.api = apiOf(service)
  }
  const real: RealService = {
    api: undefined as unknown as Api,
    request: { repo_path: repository },
    dataDir,
    site: async (address) => await downloadedSite(service, address),
    restart: async (more) => {
      await service.stop()
      await start(more)
    },
    [Symbol.asyncDispose]: async () => {
      await service.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
  await start(env)
  return real
}

const forWriters = 'Between us: '

/** The answer to the planning prompt: pages of every type, with all that a plan can say of them. */
export const planOf = (slugs: readonly string[]): Step => ({
  text: JSON.stringify({
    ...{ project_name: 'Adder', tagline: 'Adds numbers', repo_type: 'library', language: 'en' },
    ...{ summary: `${forWriters}it adds.`, terms: [{ term: 'sum', meaning: `${forWriters}what add() returns` }] },
    navigation: [
      {
        group: 'All',
        pages: slugs.map((slug, index) => ({
          ...{ slug, title: titleOf(slug), type: typeOf(index), summary: `What ${slug} tells` },
          ...{ brief: `${forWriters}cover ${slug}.`, files: ['src/add.js'], related: [slugs[0]], parent: slugs[0] },
        })),
      },
    ],
  }),
})

const typeOf = (index: number): PageType | undefined => PageType.options[index % PageType.options.length]

/** Checks that every page's request had the words that all have in common and the rules of its type, and that no file of the site has words for writers. */
export function expectWordsForWriters(model: FakeModel, slugs: readonly string[], site: Map<string, string>): void {
  for (const { task, body } of model.requests.filter(({ task: { kind } }) => kind === 'page')) {
    const sent = JSON.stringify(body)
    expect(sent).toContain(`- sum: ${forWriters}what add() returns`)
    expect(sent).toContain(`It must cover: ${forWriters}cover ${task.slug}.`)
    expect(sent).toMatch(new RegExp(`## An? ${typeOf(slugs.indexOf(task.slug ?? ''))}`))
  }
  expect(site.size).toBeGreaterThan(slugs.length)
  expect([...site].filter(([, text]) => text.includes(forWriters.trim())).map(([path]) => path)).toEqual([])
}

export const pageOf = (slug = '', more: Partial<Step> = {}): Step => ({
  text: `# ${titleOf(slug)}\n\nAll about ${slug}.\n\n<!-- docsfy:end -->`,
  ...more,
})

/** The slugs of the requested pages, once for each conversation about them. */
export const asked = (model: FakeModel, from = 0): string[] =>
  model.requests
    .slice(from)
    .filter(({ turn }) => turn === 0)
    .map(({ task }) => task.slug ?? 'plan')
