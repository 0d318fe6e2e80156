import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRecord } from '../../shared/aws/records.ts'
import { itemKeys } from '../../shared/aws/table.ts'
import { variantKey } from '../../shared/variant.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import { makeRepository } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { type Client, clientsOf, entranceTo, remote } from './target.ts'
import { makeFailed, makeVariant, variantOf } from './variant-makers.ts'

let gateways: Gateways
let admin: Client

beforeAll(async () => {
  if (remote) return
  gateways = await startGateways()
  admin = (await clientsOf(await entranceTo(gateways.urls[0] ?? ''), gateways.adminKey)).admin
})
afterAll(async () => await gateways?.[Symbol.asyncDispose]())

let made = 0
/** A model whose variant `utils` has a site made from this repository. */
async function publishedFrom(url: string): Promise<string> {
  const ai_model = `m${++made}`
  await makeVariant(gateways.table, variantOf('admin', ai_model, 'utils'), {}, url)
  return ai_model
}

const post = async (body: object) => await admin.post('/api/generate', body)

const recordOf = async (ai_model: string) =>
  await readRecord(gateways.table, variantKey(variantOf('admin', ai_model, 'utils')))

const refusal = (address: string) => ({
  status: 409,
  json: { detail: `Project 'utils' documents ${address}. Send another "name", or "force" to replace it.` },
})

describe.skipIf(remote)('a published site of another repository', () => {
  const site = 'https://host.example/orgA/utils'

  test.each([
    [site, 'https://host.example/orgB/utils'],
    [site, 'https://host.example:8443/orgA/utils'],
    [site, 'https://other.example/orgA/utils'],
    [site, 'https://host.example/OrgA/utils'],
    [site, 'https://host.example/x/orgA/utils'],
    [site, 'git@host.example:orgB/utils'],
    ['git@host.example:orgA/utils.git', 'https://host.example/orgB/utils'],
    ['https://host.example/orgA/utils.git', 'https://host.example/orgB/utils'],
  ])('%s is not replaced by %s', async (former, repo_url) => {
    const ai_model = await publishedFrom(former)
    const before = await recordOf(ai_model)
    expect(await post({ repo_url, ai_model })).toMatchObject(refusal(former))
    expect(await recordOf(ai_model)).toEqual(before)
  })

  test.each([
    [site, 'https://HOST.example/orgA/utils'],
    [site, 'https://host.example/orgA/utils.git'],
    [site, 'https://host.example/orgA/utils/'],
    [site, 'https://host.example:443/orgA/utils.git/'],
    [site, 'http://host.example/orgA/utils'],
    [site, 'https://user@host.example/orgA/utils'],
    [site, 'git@host.example:orgA/utils'],
    ['git@host.example:orgA/utils.git', site],
    ['http://host.example:3000/orgA/utils', 'https://host.example:3000/orgA/utils.git'],
  ])('%s is the same repository as %s', async (former, repo_url) => {
    const ai_model = await publishedFrom(former)
    expect((await post({ repo_url, ai_model })).status).toBe(202)
  })

  test('is replaced by force, and not before the new one is published', async () => {
    const ai_model = await publishedFrom(site)
    const before = await recordOf(ai_model)
    const forced = await post({ repo_url: 'https://host.example/orgB/utils', ai_model, force: true })
    expect(forced.status).toBe(202)
    expect(await recordOf(ai_model)).toMatchObject({ published: before?.published, publishedUrl: site })
  })

  test('stays beside a project with another name', async () => {
    const ai_model = await publishedFrom(site)
    const named = await post({ repo_url: 'https://host.example/orgB/utils', ai_model, name: 'utils-b' })
    expect(named).toMatchObject({ status: 202, json: { project: 'utils-b' } })
    expect((await admin.get(`/api/projects/utils-b/claude/${ai_model}`)).json).toMatchObject({ name: 'utils-b' })
    expect((await admin.get(`/api/projects/utils/claude/${ai_model}`)).json).toMatchObject({ status: 'ready' })
  })

  test('can be met through a name as well', async () => {
    const ai_model = await publishedFrom(site)
    const request = { repo_url: 'https://host.example/g/other', ai_model, name: 'utils' }
    expect(await post(request)).toMatchObject(refusal(site))
  })

  test('concerns neither another model nor another branch', async () => {
    const ai_model = await publishedFrom(site)
    const repo_url = 'https://host.example/orgB/utils'
    expect((await post({ repo_url, ai_model: `${ai_model}-b` })).status).toBe(202)
    expect((await post({ repo_url, ai_model, branch: 'dev' })).status).toBe(202)
  })

  test('a generation in progress is named first', async () => {
    const ai_model = await publishedFrom(site)
    expect((await post({ repo_url: site, ai_model })).status).toBe(202)
    expect(await post({ repo_url: 'https://host.example/orgB/utils', ai_model })).toMatchObject({
      status: 409,
      json: { detail: `Variant 'utils/claude/${ai_model}' is already being generated` },
    })
  })

  test('a variant without a site may change its repository', async () => {
    const variant = variantOf('admin', 'failed', 'utils')
    await makeFailed(gateways.table, [variant])
    expect((await post({ repo_url: 'https://host.example/orgB/utils', ai_model: 'failed' })).status).toBe(202)
  })

  test('a site of an earlier version, which does not say where it came from, may be replaced', async () => {
    const ai_model = await publishedFrom(site)
    const Key = itemKeys.variant(variantKey(variantOf('admin', ai_model, 'utils')))
    const { client, name: TableName } = gateways.table
    await client.send(new UpdateCommand({ TableName, Key, UpdateExpression: 'REMOVE publishedUrl' }))
    expect((await post({ repo_url: 'https://host.example/orgB/utils', ai_model })).status).toBe(202)
  })

  test('a folder on this machine is another repository, and named by its path', async () => {
    await using folder = await temporaryFolder('same-name')
    const repo_path = `${folder.path}/utils`
    await makeRepository(repo_path, { a: 'a' })
    const ai_model = await publishedFrom(site)
    expect(await post({ repo_path, ai_model })).toMatchObject(refusal(site))
    const local = await publishedFrom(`file://${repo_path}`)
    expect(await post({ repo_url: site, ai_model: local })).toMatchObject(refusal(repo_path))
    expect((await post({ repo_path, ai_model: local })).status).toBe(202)
  })

  test('of twenty requests at once for two repositories only those for its own are accepted, one of them', async () => {
    const ai_model = await publishedFrom(site)
    const urls = Array.from({ length: 20 }, (_, index) => (index % 2 ? site : 'https://host.example/orgB/utils'))
    const replies = await Promise.all(
      urls.map(async (repo_url) => ({ repo_url, ...(await post({ repo_url, ai_model })) })),
    )
    const accepted = replies.filter(({ status }) => status === 202)
    expect(accepted.map(({ repo_url }) => repo_url)).toEqual([site])
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(19)
  })
})

describe.skipIf(remote)('a name in the request', () => {
  test.each(['', '.', '-x', '_x', 'a b', 'a/b', 'ä', 'x\n', 'a\u0000'])(
    '%j breaks the rule, and the reply says it',
    async (name) => {
      const { status, json } = await post({ repo_url: 'https://host.example/g/r', ai_model: 'm', name })
      expect(status).toBe(422)
      expect(json.detail).toMatchObject([
        {
          loc: ['body', 'name'],
          msg: expect.stringContaining(
            "must have only letters, digits, '.', '_' and '-', and begin with a letter or digit",
          ),
        },
      ])
    },
  )

  test('replaces one that could not be derived from the address', async () => {
    const repo_url = 'https://host.example/g/-r'
    expect(await post({ repo_url, ai_model: 'm' })).toMatchObject({
      status: 400,
      json: { detail: "Invalid project name: '-r'" },
    })
    expect(await post({ repo_url, ai_model: 'm', name: 'r' })).toMatchObject({ status: 202, json: { project: 'r' } })
  })

  test('of null means none', async () => {
    const { json } = await post({ repo_url: 'https://host.example/g/nullish', ai_model: 'm', name: null })
    expect(json.project).toBe('nullish')
  })
})
