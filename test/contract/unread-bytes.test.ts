import { expect, test } from 'vitest'
import { putObject } from '../../shared/aws/site-store.ts'
import { minutesAfter, now } from '../../shared/time.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { startGateways } from '../support/gateways.ts'
import { clientsOf, remote } from './target.ts'
import { makeVariant, variantOf } from './variant-makers.ts'

test.skipIf(remote)('HEAD and 304 read none of the bytes of the site', async () => {
  await using s3 = await startFaultProxy()
  await using gateways = await startGateways(1, { AWS_ENDPOINT_URL_S3: s3.url })
  s3.use(gateways.stores.s3Url)
  const [prefix, former] = ['now/1/1/site/', 'earlier/1/1/site/']
  await makeVariant(gateways.table, variantOf('admin', 'm'), { prefix, superseded: [{ prefix: former, until: LATER }] })
  await putObject(gateways.bucket, `${prefix}index.html`, '<!doctype html>', 'text/html; charset=utf-8')
  await putObject(gateways.bucket, `${former}assets/old.css`, 'a {}', 'text/css; charset=utf-8')
  const { admin } = await clientsOf(gateways.urls[0] ?? '', gateways.adminKey)
  for (const path of ['/docs/name/claude/m/', '/docs/name/index.html', '/docs/name/claude/m/assets/old.css']) {
    await s3.heal()
    const whole = await admin.get(path)
    expect(whole.status, path).toBe(200)
    const { date: _, 'x-amzn-requestid': __, ...headers } = whole.headers
    await s3.break('fail', ({ method, path: key }) => method === 'GET' && key.includes('/site/'))
    const head = await admin.head(path)
    expect(head).toMatchObject({ status: 200, text: '', headers: { etag: headers.etag } })
    expect(head.headers).toMatchObject({
      'content-length': headers['content-length'],
      'content-type': headers['content-type'],
    })
    const known = { headers: { 'If-None-Match': String(headers.etag) } }
    expect(await admin.get(path, known)).toMatchObject({ status: 304, text: '', headers: { etag: headers.etag } })
    expect(await admin.head(path, known)).toMatchObject({ status: 304, text: '' })
    expect((await admin.get(path)).status).toBe(503)
    await s3.heal()
    const changed = await admin.get(path, { headers: { 'If-None-Match': '"another"' } })
    expect(changed).toMatchObject({ status: 200, text: whole.text, headers })
  }
  for (const request of [{}, { headers: { 'If-None-Match': '"another"' } }]) {
    expect((await admin.head('/docs/name/claude/m/none.html', request)).status).toBe(404)
    expect((await admin.get('/docs/name/claude/m/none.html', request)).status).toBe(404)
  }
})

const LATER = minutesAfter(now(), 60)
