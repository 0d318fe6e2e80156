import { describe, expect, test } from 'vitest'
import { definitionIn, homeOf } from '../../../../runner/review/definitions.ts'
import { findLines } from '../../../../runner/review/find-lines.ts'
import { holdsName, nameIn } from '../../../../runner/review/names.ts'

describe('the name that a link’s text is', () => {
  test.each([
    ['add', 'add'],
    ['add(a, b)', 'add'],
    ['Sum.add', 'add'],
    ['sum::add', 'add'],
    ['this.#total', 'total'],
    ['async function add(a, b)', 'add'],
    ['new Sum()', 'Sum'],
    ['List<T>', 'List'],
    ['--dry-run', '--dry-run'],
    ['--max-age=1', '--max-age'],
    ['p-limit', 'p-limit'],
    ['größe', 'größe'],
    ['return a + b', undefined],
    ['if (a) {', undefined],
    ['', undefined],
  ])('in code: %s', (text, name) => expect(nameIn(text, true)).toBe(name))

  test.each([
    ['fetchTide', 'fetchTide'],
    ['fetch_tide', 'fetch_tide'],
    ['fetch()', 'fetch'],
    ['the loop', undefined],
    ['GitHub', undefined],
    ['macOS', undefined],
    ['configuration', undefined],
  ])('in words: %s', (text, name) => expect(nameIn(text, false)).toBe(name))
})

test.each([
  ['adder', 'add', false],
  ['preadd add', 'add', true],
  ['$add', 'add', false],
  ['a.add(b)', 'add', true],
  ['--dry-runs', '--dry-run', false],
  ['"--dry-run"', '--dry-run', true],
])('%s holds %s: %s', (line, name, holds) => expect(holdsName(line, name)).toBe(holds))

test.each([
  ['export async function* add() {', 'add', true],
  ['export default class Sum extends Base {', 'Sum', true],
  ['const add = 1', 'add', false],
  ['const { add, b } = x', 'add', false],
  ['pub(crate) async fn add() {', 'add', true],
  ['func (r *Sum) Add(a int) {', 'Add', false],
  ['def add(a):', 'add', false],
  ['public static class Sum {', 'Sum', true],
  ['#define ADD 1', 'ADD', false],
])('%s defines %s', (line, name, isExported) => expect(definitionIn(line)).toEqual({ name, isExported }))

test.each([
  'import { add } from "x"',
  'export type { Add } from "x"',
  'return add(1)',
  'export default class extends X {',
  '',
])('%s defines nothing', (line) => expect(definitionIn(line)).toBeUndefined())

test.each([
  ['its definition', ['add(1)', 'function add() {', 'add(2)'], 1],
  ['the outer one of two', ['  const add = 1', 'function add() {'], 1],
  ['a method', ['class A {', '  add(a) {', '  }', '}', 'x.add(1)'], 1],
  ['a key', ['const x = {', '  add: 1', '}', 'x.add'], 1],
  ['the only line', ['a', 'see add', 'b'], 1],
  ['nowhere, if it is defined twice', ['function add() {', 'function add() {'], undefined],
  ['nowhere, if it is only used', ['add(1)', 'add(2)'], undefined],
])('a name is at home at %s', (_, lines, home) => expect(homeOf('add', lines)).toBe(home))

test('lines are found wherever they stand, and in linear time', () => {
  expect(findLines(['b', ' c'], ['a', 'b', 'c', 'b', '  b', 'c '])).toEqual([1, 4])
  expect(findLines(['a', 'a'], ['a', 'a', 'a'])).toEqual([0, 1])
  expect(findLines([], ['a'])).toEqual([])
  const lines = Array<string>(300_000).fill('a')
  expect(findLines([...lines.slice(0, 100_000), 'b'], lines)).toEqual([])
})
