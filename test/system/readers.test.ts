import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { putObject } from '../../shared/aws/site-store.ts'
import { sitePrefix } from '../../shared/object-keys.ts'
import type { Api } from '../support/api.ts'
import { keyOf } from '../support/held-stages.ts'
import { startSampleService } from '../support/sample-service.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { openTestStores } from '../support/test-stores.ts'

const PUBLICATIONS = 30
const site = '/docs/adder/claude/m/'

test('readers during 30 publications get whole responses from one generation, never an older one and never a 404', async () => {
  await using folder = await temporaryFolder('stores')
  await using stores = await openTestStores(folder.path)
  await using sample = await startSampleService(script(1), stores.env)
  const { api, cli } = sample
  const request = { repo_path: sample.repository, ai_model: 'm', force: true }
  const generate = async () => (await api.post('/api/generate', request)).json.generation_id
  const first = await generate()
  expect(await api.settled(first)).toMatchObject({ status: 'ready' })
  // What a former version of docsfy named in its pages, and this one does not.
  await putObject(stores.bucket, `${prefixOf(first)}assets/former.js`, 'former', 'text/javascript')

  const done = new AbortController()
  const readers = Array.from({ length: 3 }, () => readUntil(done.signal, api))
  for (let number = 2; number <= PUBLICATIONS; number++) {
    await cli.rewrite(script(number))
    expect(await api.settled(await generate())).toMatchObject({ status: 'ready' })
  }
  done.abort()
  for (const { responses, generations, problems } of await Promise.all(readers)) {
    expect(problems).toEqual([])
    expect(responses).toBeGreaterThan(PUBLICATIONS)
    expect(generations).toBeGreaterThan(PUBLICATIONS / 2)
  }
  expect(await api.get(`${site}assets/former.js`)).toMatchObject({ status: 200, text: 'former' })
  expect((await api.get(`${site}assets/never.js`)).status).toBe(404)
})

/** Pages that come and go with every second generation, beside those that are in all of them. */
const script = (number: number) => ({
  slugs: ['one', 'two', number % 2 === 0 ? 'even' : 'odd'],
  mark: `mark-${number}.`,
})

interface Read {
  responses: number
  /** How many different ones were seen. */
  generations: number
  problems: string[]
}

/** Reads like a person with a browser: the start page, its pages one after the other, and the assets that each names. */
async function readUntil(done: AbortSignal, api: Api): Promise<Read> {
  const seen = new Set<number>()
  const assets = new Set<string>()
  const problems: string[] = []
  let responses = 0
  const read = async (file: string) => {
    const { status, text } = await api.get(site + file)
    responses++
    const marks = new Set([...text.matchAll(/mark-(\d+)\./g)].map(([, number]) => Number(number)))
    const [mark = 0] = marks
    if (status === 404 && /^(even|odd)\.html$/.test(file)) return ''
    if (status !== 200) problems.push(`${file}: ${status}`)
    else if (marks.size !== 1 || !text.endsWith('</html>\n')) problems.push(`${file}: of ${[...marks]}, ${text.length}`)
    else if (mark < Math.max(...seen)) problems.push(`${file}: ${mark} after ${Math.max(...seen)}`)
    seen.add(mark)
    for (const [, asset = ''] of text.matchAll(/(?:href|src)="(assets\/[^"]+)"/g)) assets.add(asset)
    return text
  }
  while (!done.aborted) {
    const start = await read('')
    const pages = new Set([...start.matchAll(/href="([a-z]+\.html)"/g)].map(([, page = '']) => page))
    for (const page of pages) await read(page)
    await sleep(20)
  }
  if (assets.size === 0) problems.push('no page names an asset')
  for (const asset of assets) {
    const { status } = await api.get(site + asset)
    if (status !== 200) problems.push(`${asset}: ${status}`)
  }
  return { responses, generations: seen.size, problems }
}

const prefixOf = (generationId: string): string => sitePrefix({ key: keyOf('m'), generationId, attempt: 1 })
