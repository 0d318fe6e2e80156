import type { ElementContent, Properties } from 'hast'
import { h } from 'hastscript'
import { expect, test } from 'vitest'
import { sanitise } from '../../../../runner/site/sanitise.ts'

const survivors = (...children: ElementContent[]) =>
  sanitise({ type: 'root', children }).children.map((node) =>
    node.type === 'element' ? [node.tagName, node.properties] : node.type,
  )

const propertiesLeft = (tag: string, properties: Properties) => survivors(h(tag, properties, 'x'))[0]?.[1]

// Earlier steps let none of this through already. The sanitiser must hold on its own if they ever do.
test.each([
  'script',
  'style',
  'iframe',
  'object',
  'embed',
  'img',
  'svg',
  'math',
  'form',
  'input',
  'button',
  'base',
  'meta',
  'link',
  'template',
  'video',
])('<%s> does not survive', (tag) => expect(survivors(h(tag, {}), h('p', {}))).toEqual([['p', {}]]))

test('scripts and styles are removed with their text', () => {
  expect(survivors(h('script', {}, 'alert(1)'), h('style', {}, '*{}'))).toEqual([])
})

test('raw HTML and comments are dropped', () => {
  expect(survivors({ type: 'comment', value: 'x' }, { type: 'raw', value: '<script>' } as never)).toEqual([])
})

test.each([
  'javascript:alert(1)',
  'JAVASCRIPT:x',
  'data:text/html,x',
  'vbscript:x',
  'file:///x',
  ' javascript:x',
  'java\nscript:x',
])('a link loses the address %j', (href) => expect(propertiesLeft('a', { href })).toEqual({}))

test('handlers, styles, foreign classes, and ids that could shadow a property are removed', () => {
  const hostile = {
    onClick: 'x',
    style: 'x',
    srcDoc: 'x',
    formAction: 'x',
    className: ['evil'],
    name: 'x',
    id: 'location',
    popover: '',
  }
  for (const tag of ['a', 'p', 'span', 'h2', 'code', 'figure']) {
    const { className, ...left } = propertiesLeft(tag, hostile) as Properties
    expect([left, className ?? []]).toEqual([{}, []])
  }
})

test('everything that pages need is kept', () => {
  for (const [tag, properties] of [
    [
      'a',
      { href: './b.html#section-x', title: 't', rel: ['noopener', 'noreferrer', 'nofollow'], className: ['source'] },
    ],
    ['h2', { id: 'section-x' }],
    ['code', { className: ['language-c++'] }],
    ['figure', { dataSource: 'a.ts#L1-L2' }],
  ] satisfies [string, Properties][])
    expect(propertiesLeft(tag, properties)).toEqual(properties)
})
