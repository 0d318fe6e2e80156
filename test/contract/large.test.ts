import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { expect, test } from 'vitest'
import { putObject } from '../../shared/aws/site-store.ts'
import { startGateways } from '../support/gateways.ts'
import { clientsOf, remote } from './target.ts'
import { makeVariant, variantOf } from './variant-makers.ts'

const MIB = 1024 * 1024
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

test.skipIf(remote)('a 60 MB site downloads completely, and so does a 20 MB file in it', async () => {
  await using gateways = await startGateways()
  const { admin } = await clientsOf(gateways.urls[0] ?? '', gateways.adminKey)
  const prefix = 'large/site/'
  await makeVariant(gateways.table, variantOf('admin', 'large'), { prefix })
  // Random bytes, so that the archive is as large as the site.
  const files = [20, 10, 10, 10, 10].map((mib, index) => ({
    path: `assets/${index}.bin`,
    body: randomBytes(mib * MIB),
  }))
  for (const { path, body } of files) await putObject(gateways.bucket, prefix + path, body, 'application/octet-stream')
  const page = '😀'.repeat(1_500_000)
  await putObject(gateways.bucket, `${prefix}index.html`, page, 'text/html; charset=utf-8')

  const archive = await admin.get('/api/projects/name/claude/large/download')
  expect(archive.status).toBe(200)
  expect(archive.headers).toMatchObject({ 'content-type': 'application/gzip' })
  expect(archive.headers['content-encoding']).toBeUndefined()
  expect(archive.bytes.length).toBeGreaterThan(60 * MIB)
  const found = new Map<string, string>()
  for await (const entry of Readable.from([archive.bytes]).pipe(createGunzip()).pipe(extract())) {
    found.set(entry.header.name, digest(await buffer(entry)))
  }
  for (const { path, body } of files) expect(found.get(`name-claude-large/${path}`)).toBe(digest(body))

  const file = await admin.get('/docs/name/claude/large/assets/0.bin')
  expect(file.status).toBe(200)
  expect(file.headers['content-length']).toBe(String(20 * MIB))
  expect(digest(file.bytes)).toBe(digest(files[0]?.body ?? Buffer.of()))
  expect((await admin.get('/docs/name/claude/large/')).text).toBe(page)
  expect((await admin.head('/docs/name/claude/large/assets/0.bin')).headers['content-length']).toBe(String(20 * MIB))
})

test.skipIf(remote)('a large reply of four-byte characters arrives intact', async () => {
  await using gateways = await startGateways()
  const { admin } = await clientsOf(gateways.urls[0] ?? '', gateways.adminKey)
  for (let index = 0; index < 40; index++) {
    await makeVariant(gateways.table, variantOf('admin', `${'x'.repeat(index)}${'😀'.repeat(250)}`))
  }
  const { text, json } = await admin.get('/api/status')
  expect(Buffer.byteLength(text)).toBeGreaterThan(50_000)
  expect(text).not.toContain('\ufffd')
  expect(json.projects).toHaveLength(40)
  expect(json.known_models.claude).toHaveLength(40)
})
