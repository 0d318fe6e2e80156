import { join } from 'node:path'
import { expect, test } from 'vitest'
import { getText, listObjects } from '../../shared/aws/site-store.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { writeCitingCli } from '../support/citing-cli.ts'
import { openOwnRunner } from '../support/own-runner.ts'
import { commitFiles, makeRepository } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { publishedHtml } from '../support/site-truth.ts'
import { openTestStores } from '../support/test-stores.ts'

const page = (name: string) => ({
  ...{ slug: name, title: `About ${name}`, description: `What ${name} is`, files: [`src/${name}.ts`] },
})
const planOf = (...names: string[]) => ({
  project_name: 'Letters',
  navigation: [{ group: 'All', pages: names.map(page) }],
})
const constant = (name: string, value: number) => `export const ${name} = ${value}\n`
const DIAGRAM = '```mermaid\nflowchart LR\n  alpha --> beta\n```'

test('a site tells what changed since the one before, and a page that is kept still has its diagrams', async () => {
  await using folder = await temporaryFolder('what-changed')
  await using stores = await openTestStores(join(folder.path, 'data'))
  const repository = join(folder.path, 'letters')
  await makeRepository(repository, { 'src/alpha.ts': constant('alpha', 1), 'src/beta.ts': constant('beta', 1) })
  const cli = await writeCitingCli(folder.path)
  const adds = { 'About alpha': DIAGRAM }
  await cli.follow({ plan: planOf('alpha', 'beta'), adds })
  const runner = await openOwnRunner(stores, { repository, cli: cli.path, folder: folder.path })
  const htmlOf = async (record: GenerationRecord, slug: string) => await publishedHtml(stores.bucket, record, slug)
  const diagramsOf = async ({ published }: GenerationRecord) => {
    const names: string[] = []
    const prefix = `${published?.prefix}assets/diagram-`
    for await (const { key } of listObjects(stores.bucket, prefix)) names.push(key.slice(prefix.length))
    return names.sort()
  }

  const first = await runner.generate()
  expect(first.outcome).toBe('ready')
  expect(await htmlOf(first.record, 'what-changed')).toBe('')
  const drawn = await diagramsOf(first.record)
  expect(drawn).toHaveLength(2)

  await commitFiles(repository, { 'src/beta.ts': constant('beta', 2), 'src/gamma.ts': constant('gamma', 1) })
  await cli.follow({ plan: planOf('alpha', 'beta', 'gamma'), adds })
  const second = await runner.generate()
  expect([second.outcome, second.record.published?.keptPages]).toEqual(['ready', 1])
  expect(await diagramsOf(second.record)).toEqual(drawn)
  const alpha = await htmlOf(second.record, 'alpha')
  for (const name of drawn) expect(alpha).toContain(`assets/diagram-${name}`)

  const changes = await htmlOf(second.record, 'what-changed')
  expect(changes).toContain(`<code title="${first.record.published?.commit}">`)
  expect(changes).toContain('1 new page, 1 page changed, 1 page unchanged.')
  expect(changes).toMatch(/<del [^>]*>.*export const beta = <mark>1<\/mark><\/del>/)
  expect(changes).toMatch(/<ins [^>]*>.*export const beta = <mark>2<\/mark><\/ins>/)
  expect(await htmlOf(second.record, 'alpha')).toContain('href="./what-changed.html"')
  expect(await getText(stores.bucket, `${second.record.published?.prefix}sitemap.xml`)).toBeUndefined()
})
