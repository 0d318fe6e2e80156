import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keepOwner, ownerOfSite } from '../../../../functions/http/site-owner.ts'

const requestFor = (path: string, owner?: string, cookie?: string) => ({
  params: { path: ['index.html'] },
  query: { owner },
  headers: { cookie },
  event: { path },
})

test('the owner is read back from its cookie, among other cookies', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const owner = text.toWellFormed()
      const path = '/docs/adder/main/claude/m/index.html'
      const [line = ''] = keepOwner(requestFor(path, owner))
      const cookie = `theme=dark; ${line.split(';')[0]}; ${line.split('=')[0]}=another`
      expect(ownerOfSite(requestFor(path, undefined, cookie))).toBe(owner)
    }),
  )
})

test.each([
  ['a%20model[1m]', ['a%20model[1m]']],
  ['m%5B1m%5D', ['m%5B1m%5D', 'm[1m]']],
  ['m; Domain=example.com', ['m%3B Domain=example.com']],
  ['<ü>', ['%3C%C3%BC>']],
])('the cookie path of %s is the path as browsers send it', (model, paths) => {
  const lines = keepOwner(requestFor(`/docs/adder/main/claude/${model}/index.html`, 'alice'))
  const name = expect.stringMatching(/^docsfy_owner_[0-9a-f]{16}=alice$/)
  const attributes = (path: string) => [name, `Path=/docs/adder/main/claude/${path}/`, 'HttpOnly', 'SameSite=Lax']
  expect(lines.map((line) => line.split('; '))).toEqual(paths.map(attributes))
})
