import { describe, expect, test } from 'vitest'
import { treeFrom } from '../../../../runner/kept/tree.ts'
import { isInScope, limitTree } from '../../../../runner/steering/scope.ts'

describe('a pattern takes', () => {
  test.each([
    ['docs', ['docs/a.md', 'docs/deep/b.md'], ['docs2/a.md', 'src/docs/a.md']],
    ['docs/', ['docs/a.md'], ['docs2/a.md']],
    ['*.md', ['README.md', '.md'], ['docs/a.md', 'README.mdx']],
    ['**/*.md', ['README.md', 'docs/deep/b.md'], ['a.ts']],
    ['src/**/*.ts', ['src/a.ts', 'src/b/c/d.ts'], ['src/a.tsx', 'lib/src/a.ts']],
    ['**/test/**', ['test/a.ts', 'src/test/b/c.ts'], ['src/tests/a.ts']],
    ['a?c', ['abc', 'a😀c'], ['ac', 'abbc']],
    ['[ab](c|d)+', ['[ab](c|d)+'], ['a']],
    ['**', ['a', 'a/b'], []],
  ])('%s', (pattern, taken, left) => {
    const isTaken = (path: string) => isInScope({ include: [pattern] }, path)
    expect(taken.filter((path) => !isTaken(path))).toEqual([])
    expect(left.filter(isTaken)).toEqual([])
  })
})

test('a folder, what is included in it and what is excluded from that add up', () => {
  const limits = { path: 'packages/a', include: ['**/*.ts'], exclude: ['**/*.test.ts'] }
  expect(isInScope(limits, 'packages/a/x.ts')).toBe(true)
  for (const path of ['packages/a/x.test.ts', 'packages/a/x.js', 'packages/ab/x.ts', 'packages/a', 'x.ts'])
    expect([path, isInScope(limits, path)]).toEqual([path, false])
})

test('patterns made to be slow are not', () => {
  const path = `${'a/'.repeat(1_000)}${'a'.repeat(2_000)}`
  expect(isInScope({ exclude: [`${'**/'.repeat(60)}x`, `${'*a'.repeat(90)}*b`] }, path)).toBe(true)
  expect(isInScope({ exclude: [`${'**/'.repeat(30)}${'*a'.repeat(30)}*b`] }, path)).toBe(true)
})

test('a limited tree has the files that are left, their folders, and the id of the whole', () => {
  const entry = (path: string, type = 'blob') => ({ path, type, mode: '100644', id: `id of ${path}`, size: 1 })
  const entries = [entry('a', 'tree'), entry('a/b', 'tree'), entry('a/b/c.ts'), entry('d', 'tree'), entry('d/e.ts')]
  const tree = treeFrom('t', entries)
  const limited = limitTree(tree, { exclude: ['d'] })
  expect(limited).toEqual({ id: 't', files: new Map([['a/b/c.ts', 'id of a/b/c.ts']]), folders: new Set(['a', 'a/b']) })
  expect(limitTree(tree, {})).toBe(tree)
})
