import { expect, test } from 'vitest'
import { imageSource } from '../../../../../runner/site/images/image-source.ts'

test.each([
  ['docs/a.png', ['docs/a.png']],
  ['./docs/a.png', ['docs/a.png']],
  ['/docs/a.png', ['docs/a.png']],
  ['../docs/a.png', ['docs/a.png']],
  ['docs/../a.png?raw=true#x', ['a.png']],
  ['docs/a%20b.png', ['docs/a b.png']],
  ['docs/a b.png', ['docs/a b.png']],
  ['images/flow.svg', ['images/flow.svg', 'docsfy-images/flow.svg']],
  ['images/a/flow.svg', ['images/a/flow.svg']],
])('%s is looked for at these paths of the repository', (address, paths) =>
  expect(imageSource(address)).toEqual({ kind: 'file', paths }),
)

test.each([
  ['https://example.org/a.png', 'https://example.org/a.png'],
  ['HTTP://example.org/a.png', 'http://example.org/a.png'],
  ['//example.org/a.png', 'https://example.org/a.png'],
])('%s is on another host', (address, url) => expect(imageSource(address)).toEqual({ kind: 'remote', url }))

test.each([
  '',
  '#a',
  '?',
  '/',
  'javascript:alert(1)',
  'data:image/png;base64,AA',
  'file:///etc/passwd',
  'a%00.png',
  'a%',
  'a%5Cb.png',
])('%s leads nowhere', (address) => expect(imageSource(address)).toBeUndefined())
