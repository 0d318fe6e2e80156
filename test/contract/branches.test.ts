import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiClient } from '../../api/client.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { putObject } from '../../shared/aws/site-store.ts'
import { variantKey } from '../../shared/variant.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import { type Client, clientsOf, entranceTo, remote } from './target.ts'
import { beginVariant, makeVariant, variantOf } from './variant-makers.ts'

const owner = 'admin'
const name = 'slashes'

/** Includes branches with `~`, which earlier versions accepted. */
const branches = [
  'main',
  'feature/x',
  'feature~2Fx',
  'feature~2fx',
  'feature~7E2Fx',
  'a/b/c',
  'a~/b',
  'a~b',
  'a%2Fb',
  '~',
]

/** The branch that each path segment addresses; undefined if none of the above. */
const meanings: [segment: string, branch: string | undefined][] = [
  ['feature~2Fx', 'feature/x'],
  ['feature%2Fx', 'feature/x'],
  ['feature%2fx', 'feature/x'],
  ['feature%7E2Fx', 'feature/x'],
  ['feature%7e2Fx', 'feature/x'],
  ['feature~2%46x', 'feature/x'],
  ['a~2Fb%2Fc', 'a/b/c'],
  // Decoding is a single pass: its output is not decoded again.
  ['feature~7E2Fx', 'feature~2Fx'],
  ['feature%7E7E2Fx', 'feature~2Fx'],
  ['feature~7E7E2Fx', 'feature~7E2Fx'],
  ['a~~2Fb', 'a~/b'],
  ['a~7E~2Fb', 'a~/b'],
  // Only `~2F` and `~7E` are escapes; any other `~` is literal.
  ['feature~2fx', 'feature~2fx'],
  ['feature~7E2fx', 'feature~2fx'],
  ['a~b', 'a~b'],
  ['a~7Eb', 'a~b'],
  ['a%7Eb', 'a~b'],
  ['a~7eb', undefined],
  ['~', '~'],
  ['~7E', '~'],
  // Percent-decoding happens once, before that.
  ['a%252Fb', 'a%2Fb'],
  ['feature%252Fx', undefined],
  ['feature~252Fx', undefined],
  ['feature%257E2Fx', undefined],
]

let gateways: Gateways
let url: string
let admin: Client
beforeAll(async () => {
  if (remote) return
  gateways = await startGateways(1, { TRUSTED_PROXIES: '1' })
  url = await entranceTo(gateways.urls[0] ?? '')
  admin = (await clientsOf(url, gateways.adminKey)).admin
  for (const branch of branches) await publish(branch)
})
afterAll(async () => await gateways?.[Symbol.asyncDispose]())

/** Publishes a site whose start page is the name of its branch. */
async function publish(branch: string): Promise<void> {
  const variant = { ...variantOf(owner, 'm', name), branch }
  await makeVariant(gateways.table, variant)
  const record = await readRecord(gateways.table, variantKey(variant))
  await putObject(gateways.bucket, `${record?.published?.prefix}index.html`, branch, 'text/html; charset=utf-8')
}

test.skipIf(remote).each(meanings)('the segment %s addresses the branch %s', async (segment, branch) => {
  const address = `${name}/${segment}/claude/m`
  const found = await admin.get(`/api/projects/${address}`)
  const site = await admin.get(`/docs/${address}/`)
  if (branch === undefined) {
    expect([found.status, site.status]).toEqual([404, 404])
    return
  }
  expect(found).toMatchObject({ status: 200, json: { name, branch } })
  expect(site).toMatchObject({ status: 200, text: branch })
  expect((await admin.get(`/api/projects/${address}/log`)).status).toBe(200)
  // The redirect keeps the path as sent, because the browser matches it against cookie paths.
  const slashless = await admin.get(`/docs/${address}`)
  expect(slashless).toMatchObject({ status: 302, headers: { location: `/docs/${address}/` } })
  const { headers } = await admin.get(`/api/projects/${address}/download`)
  const archive = `${name}-${branch.replaceAll('~', '~7E').replaceAll('/', '~2F')}-claude-m-docs.tar.gz`
  expect(headers['content-disposition']).toContain(`filename="${archive}"`)
})

test.skipIf(remote)('replies to abort and delete contain the decoded branch', async () => {
  const running = { ...variantOf(owner, 'm', name), branch: 'fix/y' }
  await beginVariant(gateways.table, running)
  expect(await admin.post(`/api/projects/${name}/fix~2Fy/claude/m/abort`)).toMatchObject({
    status: 200,
    json: { aborted: `${name}/fix/y/claude/m` },
  })
  expect(await admin.delete(`/api/projects/${name}/fix~2Fy/claude/m?owner=${owner}`)).toMatchObject({
    status: 200,
    json: { deleted: `${name}/fix/y/claude/m` },
  })
  expect((await admin.get(`/api/projects/${name}/fix%2Fy/claude/m`)).status).toBe(404)
  expect((await admin.get(`/api/projects/${name}/feature~2Fx/claude/m`)).status).toBe(200)
})

test.skipIf(remote)('tilde escapes apply to branches only, not to models or files', async () => {
  await makeVariant(gateways.table, variantOf(owner, 'x/y', name))
  expect((await admin.get(`/api/projects/${name}/claude/x%2Fy`)).status).toBe(200)
  expect((await admin.get(`/api/projects/${name}/claude/x~2Fy`)).status).toBe(404)
  expect((await admin.get(`/docs/${name}/claude/m/assets~2Fstyle.css`)).status).toBe(404)
})

test.skipIf(remote).each(branches)('the typed client finds the branch %s', async (branch) => {
  const ask = apiClient(url, gateways.adminKey)
  const params = { name, branch, provider: 'claude', model: 'm' }
  const { status, json } = await ask('GET /api/projects/{name}/{branch}/{provider}/{model}', { params })
  expect({ status, json }).toMatchObject({ status: 200, json: { branch } })
})
