import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { writeScriptedCli } from '../support/scripted-cli.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'

const site = '/docs/adder/claude/m/'

/** What a version with another schema may have stored. */
const otherContent = `body = '{}', content_length = 2, checksum_value = NULL, etag = '"${createHash('md5').update('{}').digest('hex')}"'`

test('the next request notices files lost from the store and makes them again, asking a model only for what is stored nowhere', async () => {
  await using folder = await temporaryFolder('lost')
  const data = join(folder.path, 'data')
  await makeRepository(join(folder.path, 'adder'), sampleFiles)
  const cli = await writeScriptedCli(folder.path, { slugs: ['one', 'two'] })
  const start = async () => {
    const service = await startServiceProcess(data, { AI_CLI_CLAUDE: cli.path, ANTHROPIC_API_KEY: 'k' })
    return { service, api: apiOf(service), [Symbol.asyncDispose]: () => service.stop() }
  }
  const generate = async (api: ReturnType<typeof apiOf>) =>
    await api.settled(
      (await api.post('/api/generate', { repo_path: join(folder.path, 'adder'), ai_model: 'm' })).json.generation_id,
    )
  const asked = async () => (await cli.calls()).map(({ what }) => what)

  {
    await using first = await start()
    expect(await generate(first.api)).toMatchObject({ status: 'ready', page_count: 2 })
    expect(await generate(first.api)).toMatchObject({ status: 'ready', current_stage: 'up_to_date' })
  }
  inStore(data, "DELETE FROM s3_objects WHERE key LIKE '%/site/one.html'")
  inStore(data, "UPDATE s3_objects SET body = 'x', content_length = 1, etag = 'other' WHERE key LIKE '%/site/two.html'")
  {
    await using second = await start()
    expect((await second.api.get(`${site}one.html`)).status).toBe(404)
    expect(await generate(second.api)).toMatchObject({ status: 'ready', current_stage: null, page_count: 2 })
    for (const page of ['one', 'two']) {
      expect(await second.api.get(`${site}${page}.html`)).toMatchObject({
        status: 200,
        text: expect.stringContaining(`About ${page}`),
      })
    }
    expect((await second.api.get('/api/projects/adder/claude/m/log')).text).toMatch(
      /rebuilding the published site: 2 of its files are missing or damaged in the store \(site\/one\.html, site\/two\.html\)/,
    )
    expect((await asked()).toSorted()).toEqual(['one', 'plan', 'two'])
    expect(await generate(second.api)).toMatchObject({ status: 'ready', current_stage: 'up_to_date' })
  }
  inStore(data, "DELETE FROM s3_objects WHERE key LIKE '%/site/%' OR key LIKE '%/manifest.json'")
  inStore(data, "UPDATE s3_objects SET body = 'garbled' WHERE key LIKE '%/1/plan.json'")
  inStore(data, `UPDATE s3_objects SET ${otherContent} WHERE key LIKE '%/stored/%/plan-%'`)
  inStore(data, 'DELETE FROM s3_objects WHERE key LIKE \'%/stored/%/page-%\' AND body LIKE \'%"slug":"two"%\'')
  {
    await using third = await start()
    expect((await third.api.get('/api/projects/adder/claude/m')).json).toMatchObject({
      status: 'ready',
      plan_json: null,
    })
    expect(await generate(third.api)).toMatchObject({ status: 'ready', current_stage: null, page_count: 2 })
    expect((await third.api.get(`${site}two.html`)).status).toBe(200)
    expect((await asked()).slice(3)).toEqual(['plan', 'two'])
    expect((await third.api.get('/api/projects/adder/claude/m/log')).text).toMatch(
      /plan-\w+\.json is stored but unreadable; making it again/,
    )
    expect(await generate(third.api)).toMatchObject({ status: 'ready', current_stage: 'up_to_date' })
  }
})

/** Does something to S3's objects while nobody has them open. */
function inStore(dataDir: string, sql: string): void {
  const database = new DatabaseSync(join(dataDir, 'sqs-s3/fauxqs.db'))
  try {
    expect(database.prepare(sql).run().changes).toBeGreaterThan(0)
  } finally {
    database.close()
  }
}
