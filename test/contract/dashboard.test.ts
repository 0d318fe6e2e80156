import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTarget, type Target } from './target.ts'

let target: Target
beforeAll(async () => {
  target = await openTarget()
})
afterAll(async () => await target[Symbol.asyncDispose]())

const assetsIn = (page: string): string[] =>
  [...page.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(([, path = '']) => path)

test('without a session the dashboard always leads to the login page, which leads back', async () => {
  for (const accept of ['text/html', 'application/json', '*/*']) {
    const { status, headers } = await target.anonymous.get('/', { headers: { Accept: accept } })
    expect(status).toBe(302)
    expect(decodeURIComponent(String(headers.location))).toBe('/login?next=/')
  }
})

test('the dashboard is revalidated each time, and its policy allows only its own files', async () => {
  const { status, headers } = await target.admin.get('/')
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  expect(headers['cache-control']).toBe('private, no-cache')
  const policy = String(headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  const again = await target.admin.get('/', { headers: { 'If-None-Match': String(headers.etag) } })
  expect(again.status).toBe(304)
  expect((await target.admin.head('/')).text).toBe('')
})

test('its files are public, compressed and kept for good; others do not exist', async () => {
  const { text } = await target.admin.get('/')
  const assets = assetsIn(text)
  expect(assets.map((path) => path.split('.').at(-1)).toSorted()).toEqual(['css', 'js', 'svg'])
  for (const asset of assets) {
    const plain = await target.anonymous.get(asset)
    expect(plain.status).toBe(200)
    expect(plain.headers['cache-control']).toContain('immutable')
    const compressed = await target.anonymous.get(asset, { headers: { 'Accept-Encoding': 'gzip' } })
    expect(compressed.headers['content-encoding']).toBe('gzip')
    expect(compressed.bytes.length).toBeLessThan(plain.bytes.length)
  }
  for (const other of ['/assets/', '/assets/none.js', '/assets/..%2Findex.html', '/assets/a/b.js']) {
    expect((await target.anonymous.get(other)).status, other).toBeGreaterThanOrEqual(400)
  }
})

test('the script of the first load has fewer than 120,000 bytes compressed', async () => {
  const { text } = await target.admin.get('/')
  const scripts = assetsIn(text).filter((path) => path.endsWith('.js'))
  const sizes = await Promise.all(
    scripts.map(async (path) => {
      const { bytes } = await target.anonymous.get(path, { headers: { 'Accept-Encoding': 'gzip' } })
      return bytes.length
    }),
  )
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(120_000)
})
