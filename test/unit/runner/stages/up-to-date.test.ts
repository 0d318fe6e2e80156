import { describe, expect, test } from 'vitest'
import { PROMPT_VERSION } from '../../../../runner/ai/answer/prompts.ts'
import { isUpToDate } from '../../../../runner/stages/up-to-date.ts'
import type { GenerationRecord } from '../../../../shared/generation.ts'
import { storedPlanKey } from '../../../../shared/object-keys.ts'

const here = { ref: 'main', tree: { id: 't1' }, wishes: '' }
const madeOf = { ref: 'main', tree: 't1', prompts: PROMPT_VERSION }
const source = { key: 'k', repoUrl: 'https://host/g/r', repoType: 'app', pageScope: 's1' } as const
const published = {
  ...{
    prefix: 'k/g/1/site/',
    generationId: 'g',
    pageScope: 's1',
    pageCount: 3,
    publishedAt: '2027-01-01T00:00:00.000Z',
  },
  ...{ commit: 'c1', ref: 'main', complete: true, planKey: storedPlanKey(source, madeOf) },
}
const record = { ...source, force: false, published } as unknown as GenerationRecord

test('a site made from the same sources is up to date, even after a later scope was started and abandoned', () => {
  expect(isUpToDate(record, here)).toBe(true)
  expect(isUpToDate({ ...record, pageScope: 's2' }, here)).toBe(true)
})

describe('a site is rebuilt', () => {
  const { planKey: _, ...ofAnEarlierVersion } = published
  const cases: [name: string, changed: Partial<GenerationRecord>, at?: Partial<typeof here>][] = [
    ['for other files', {}, { tree: { id: 't2' } }],
    ['for another ref', {}, { ref: 'next' }],
    ['when the owner asks for something else', {}, { wishes: 'For beginners.' }],
    ['for another address', { repoUrl: 'https://host/g/fork' }],
    ['as another type of repository', { repoType: 'library' }],
    ['as no type of repository', { repoType: null }],
    ['when it is forced', { force: true }],
    ['when pages are missing', { published: { ...published, complete: false } }],
    [
      'when it was made with other prompts',
      { published: { ...published, planKey: storedPlanKey(source, { ...madeOf, prompts: '0' }) } },
    ],
    ['when it does not record what it was made from', { published: ofAnEarlierVersion }],
    ['when there is none', { published: undefined } as object],
  ]
  test.each(cases)('%s', (_name, changed, at = {}) => {
    expect(isUpToDate({ ...record, ...changed }, { ...here, ...at })).toBe(false)
  })
})
