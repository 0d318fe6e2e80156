import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { getBytes, getText } from '../../shared/aws/site-store.ts'
import { writeCitingCli } from '../support/citing-cli.ts'
import { openOwnRunner } from '../support/own-runner.ts'
import { commitFiles, gitIn, makeRepository } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { publishedHtml } from '../support/site-truth.ts'
import { openTestStores } from '../support/test-stores.ts'
import { PNG } from '../unit/runner/site/images/image-bytes.ts'

const page = { slug: 'alpha', title: 'About alpha', description: 'What alpha is', files: ['src/alpha.ts'] }
const plan = { project_name: 'Letters', navigation: [{ group: 'All', pages: [page] }] }
const settings = (text: string) => ({ '.docsfy.yml': text })

test('what a repository says about its site reaches prompts, clone and site, and a change of it what it affects', async () => {
  await using folder = await temporaryFolder('steering')
  await using stores = await openTestStores(join(folder.path, 'data'))
  const repository = join(folder.path, 'letters')
  const code = { 'src/alpha.ts': 'export const alpha = 1\n', 'secret/plan.ts': 'export const hidden = 1\n' }
  await makeRepository(repository, { ...code, ...settings('tone: Calm\nexclude: [secret]\nlanguage: de\n') })
  const cli = await writeCitingCli(folder.path)
  await cli.follow({ plan })
  const runner = await openOwnRunner(stores, { repository, cli: cli.path, folder: folder.path })
  const generate = async (text?: string) => {
    if (text !== undefined) await commitFiles(repository, settings(text))
    const { outcome, record } = await runner.generate()
    expect(outcome).toBe('ready')
    return { record, calls: await cli.newCalls(), index: await publishedHtml(stores.bucket, record, 'index') }
  }

  const first = await generate()
  expect(first.calls).toHaveLength(2)
  for (const { prompt } of first.calls) expect(prompt).toMatch(/\n\| Language of .*: German \(de\)\n\| Tone: Calm\n/)
  expect(first.index).toMatch(/<html lang="de" dir="ltr">[\s\S]*<title>Letters</)
  expect(first.record.notes).toEqual([])

  await commitFiles(repository, { 'secret/plan.ts': 'export const hidden = 2\n' })
  expect((await generate()).calls).toEqual([])

  const looks = 'title: The Handbook\naccent: "#0a7"\nlogo: secret/logo.png\n'
  await writeFile(join(repository, 'secret/logo.png'), PNG)
  const titled = await generate(`tone: Calm\nexclude: [secret]\nlanguage: de\n${looks}`)
  expect([titled.calls, titled.record.published?.keptPages, titled.record.notes]).toEqual([[], 1, []])
  expect(titled.index).toContain('<title>The Handbook<')
  const [, logo = ''] = /<img class="logo" src="([^"]+)"/.exec(titled.index) ?? []
  const inSite = (path: string) => `${titled.record.published?.prefix}${path}`
  expect(await getBytes(stores.bucket, inSite(logo))).toEqual(PNG)
  expect(await getText(stores.bucket, inSite('assets/style.css'))).toMatch(/--accent: light-dark\(#00[\da-f]{4}, /)

  const noLogo = await generate('tone: Calm\nexclude: [secret]\nlanguage: de\nlogo: gone.png\n')
  expect(noLogo.calls).toEqual([])
  expect(noLogo.record.notes).toEqual([
    ".docsfy.yml: 'logo' was ignored. This commit has no such file, or it may not be shown.",
  ])
  expect(noLogo.index).not.toContain('class="logo"')

  const otherTone = await generate('tone: Loud\nexclude: [secret]\nlanguage: de\ntitle: The Handbook\n')
  expect(otherTone.calls).toHaveLength(2)

  const wrong = await generate('tone: [Loud]\n')
  expect(wrong.record.notes).toEqual([
    expect.stringMatching(/^\.docsfy\.yml, line 1: 'tone' was ignored\. It must be /),
  ])
  const unchanged = await runner.generate()
  expect([unchanged.record.stage, unchanged.record.notes]).toEqual(['up_to_date', wrong.record.notes])

  const tooLong = await generate(`# ${'x'.repeat(20_000)}\ntone: Calm\n`)
  expect(tooLong.record.notes?.join()).toMatch(/was ignored: it has 20,014 bytes/)

  const nothingLeft = await generate('path: no/such/folder\n')
  expect(nothingLeft.record.notes?.join()).toMatch(
    /no file of this commit is left to document, so 'path' had no effect/,
  )

  await gitIn(repository, 'rm', '-q', '.docsfy.yml')
  await symlink('tone.yml', join(repository, '.docsfy.yml'))
  await commitFiles(repository, { 'tone.yml': 'tone: Loud\n' })
  const link = await generate()
  expect(link.record.notes).toEqual(['.docsfy.yml was ignored: it must be a file, not a link or a folder.'])
})
