import { expect, test } from 'vitest'
import { PageType } from '../../shared/plan.ts'
import { downloadedSite } from '../support/archived-files.ts'
import { titleOf } from '../support/question.ts'
import { commitFiles } from '../support/repository.ts'
import { startSampleService } from '../support/sample-service.ts'

const slugs: string[] = [...PageType.options]
const forWriters = (slug: string) => `Between us: cover ${slug} from its file.`
const forReaders = (slug: string) => `What ${slug} tells a reader`
const meaning = 'what add() returns'

/** A page of every type, with all that a plan can say of it. */
const pages = slugs.map((slug, index) => ({
  ...{ slug, title: titleOf(slug), type: slug, summary: forReaders(slug), brief: forWriters(slug) },
  ...{ files: ['src/add.js'], related: [slugs[(index + 1) % slugs.length]], parent: index > 1 ? slugs[0] : null },
}))
const plan = {
  ...{ project_name: 'Adder', tagline: 'Adds numbers', repo_type: 'library', language: 'en' },
  ...{ summary: 'Between us and every writer: it adds.', terms: [{ term: 'sum', meaning }] },
  navigation: [{ group: 'All', pages }],
}

const wordsIn = (prompt: string): string[] =>
  /use in the same sense\. .*\n((?:- .*\n)*)/.exec(prompt)?.[1]?.trim().split('\n') ?? []

test('every page’s writer is told the same words and summaries, and nothing written for a writer is published', async () => {
  await using sample = await startSampleService({ slugs, texts: { plan: [JSON.stringify(plan)] } })
  const { generation_id } = (await sample.api.post('/api/generate', { repo_path: sample.repository, ai_model: 'm' }))
    .json
  const ended = await sample.api.settled(generation_id)
  expect(ended).toMatchObject({ status: 'ready', page_count: slugs.length })

  const asked = await sample.cli.prompts()
  const [first, ...calls] = asked
  expect(first?.what).toBe('plan')
  expect(first?.prompt).toContain('- package.json: adder; "Adds numbers"; scripts: test\n')
  expect(calls.map(({ what }) => what).toSorted()).toEqual(slugs.toSorted())
  for (const { what, prompt } of calls) {
    expect(wordsIn(prompt)).toEqual([`- sum: ${meaning}`])
    expect(prompt).toContain(plan.summary)
    for (const slug of slugs) {
      expect(prompt).toContain(`- [${titleOf(slug)}](${slug}.md)\n  ${forReaders(slug)}\n`)
      expect(prompt.includes(forWriters(slug)), `${slug}’s brief in ${what}’s prompt`).toBe(slug === what)
    }
    expect(prompt).toMatch(new RegExp(`^## An? ${what}$`, 'm'))
    expect(prompt).toContain('It is a library')
  }

  const site = await downloadedSite(sample.service, 'adder/claude/m')
  expect([...site.keys()]).toEqual(expect.arrayContaining(slugs.map((slug) => `${slug}.html`)))
  const published = [...site, ['the record', JSON.stringify(ended)]]
  expect(published.filter(([, text]) => text?.includes('Between us')).map(([path]) => path)).toEqual([])
  const shown = JSON.parse(ended.plan_json)
  expect(Object.keys(shown).toSorted()).toEqual(['navigation', 'project_name', 'repo_url', 'tagline'])
  expect(shown.navigation[0].pages[0]).toEqual({
    ...{ slug: slugs[0], title: titleOf(slugs[0] ?? ''), description: forReaders(slugs[0] ?? '') },
  })
})

test('after a commit, new pages use the words in the sense that the pages before them have used', async () => {
  await using sample = await startSampleService({ slugs, texts: { plan: [JSON.stringify(plan)] } })
  const request = { repo_path: sample.repository, ai_model: 'm' }
  await sample.api.settled((await sample.api.post('/api/generate', request)).json.generation_id)
  const before = (await sample.cli.prompts()).length

  await commitFiles(sample.repository, { 'src/subtract.js': 'export const subtract = (a, b) => a - b\n' })
  const added = { slug: 'added', title: titleOf('added'), summary: 'Subtracting', files: ['src/subtract.js'] }
  const update = {
    ...{ project_name: 'Adder', rewrite: [], remove: [] },
    terms: [
      { term: 'Sum', meaning: 'something else' },
      { term: 'difference', meaning: 'what subtract() returns' },
    ],
    navigation: [{ group: 'All', pages: [...slugs.map((slug) => ({ slug })), added] }],
  }
  await sample.cli.rewrite({ slugs, texts: { plan: [JSON.stringify(update)] } })
  const ended = await sample.api.settled((await sample.api.post('/api/generate', request)).json.generation_id)
  expect(ended).toMatchObject({ status: 'ready', page_count: slugs.length + 1 })
  const calls = (await sample.cli.prompts()).slice(before)
  expect(calls.map(({ what }) => what)).toEqual(['plan', 'added'])
  expect(wordsIn(calls[1]?.prompt ?? '')).toEqual([`- sum: ${meaning}`, '- difference: what subtract() returns'])
})
