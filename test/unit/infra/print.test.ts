import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { durationText, remainingSeconds } from '../../../infra/local/demo/remaining-time.ts'
import { command, widthOf, wrap } from '../../../infra/local/print.ts'

test('lines break between words, keep their indentation, and a long path keeps its own line', () => {
  const path = `/${'x'.repeat(30)}`
  expect(wrap(`one two three four\n  five six seven ${path} eight`, 14)).toBe(
    ['one two three', 'four', '  five six', '  seven', `  ${path}`, '  eight'].join('\n'),
  )
})

test('what goes on in a list is indented as its text', () => {
  expect(wrap('- one two three\n  - four five', 10)).toBe('- one two\n  three\n  - four\n    five')
})

test('wide characters count twice, marks not at all', () => {
  expect([...['文档', 'e\u0301', '🎉', 'abc']].map(widthOf)).toEqual([4, 1, 2, 3])
  expect(wrap('文档 文档 文档', 9)).toBe('文档 文档\n文档')
})

test('a command can be copied whatever its words and however it is broken', () => {
  const words = ['printf', '%s,', 'a b', "it's", '$HOME', '~', '', '--x=1']
  for (const columns of [undefined, 12, 80]) {
    const text = command(words, columns)
    expect(execFileSync('sh', ['-c', text], { encoding: 'utf8' })).toBe("a b,it's,$HOME,~,,--x=1,")
    if (columns === 12) expect(text.split('\n').length).toBeGreaterThan(2)
  }
})

test('the time that is left follows from the pages done, and those in the making count half', () => {
  const pages = { total: 10, concurrent: 1, seconds: 60 }
  expect(remainingSeconds({ ...pages, done: 0, doneSince: 0 })).toBeUndefined()
  expect(remainingSeconds({ ...pages, done: 2, doneSince: 2 })).toBeCloseTo((60 * 7.5) / 2.5)
  expect(remainingSeconds({ ...pages, concurrent: 10, done: 2, doneSince: 2 })).toBeCloseTo((60 * 4) / 6)
  // Those that were done when it first looked say nothing about the speed.
  expect(remainingSeconds({ ...pages, done: 8, doneSince: 1 })).toBeCloseTo((60 * 1.5) / 1.5)
  expect(remainingSeconds({ ...pages, done: 10, doneSince: 10 })).toBeUndefined()
})

test.each([
  [0.4, '0 s'],
  [89, '89 s'],
  [100, '2 min'],
  [3_500, '58 min'],
  [3_900, '1 h 5 min'],
])('%s seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text)
})
