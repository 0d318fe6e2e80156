import { expect, test } from 'vitest'
import { type DifferenceLine, lineDifference } from '../../../../../runner/site/changes/line-difference.ts'

/** Marked words stand in brackets. */
const shown = (line: DifferenceLine): string => {
  if (line.kind === 'gap') return '…'
  const sign = { same: ' ', added: '+', removed: '-' }[line.kind]
  return sign + line.parts.map(({ text, isMarked }) => (isMarked ? `[${text}]` : text)).join('')
}

const compare = (former: string, now: string) => lineDifference(former.split(' | '), now.split(' | '))
const linesOf = (former: string, now: string) => compare(former, now).lines.map(shown)

test('lines that differ are shown with two lines around them, and what is between is left out', () => {
  expect(linesOf('a | b | c | d | e | f | g | h | i', 'a | b | c | d | X | f | g | h | i')).toEqual([
    '…',
    ' c',
    ' d',
    '-e',
    '+X',
    ' f',
    ' g',
    '…',
  ])
  expect(linesOf('a | b', 'a | b | c')).toEqual([' a', ' b', '+c'])
  expect(linesOf('a | b | c | d', 'b | c | d')).toEqual(['-a', ' b', ' c', ' d'])
})

test('a gap of one line is that line', () => {
  expect(linesOf('a | b | c | d', 'a | b | c | X')).toEqual([' a', ' b', ' c', '-d', '+X'])
})

test('words that differ are marked in lines that were replaced one by one', () => {
  expect(linesOf('It keeps mail for a day. | Then it goes.', 'It keeps mail for two days. | Then it goes.')).toEqual([
    '-It keeps mail for [a] [day].',
    '+It keeps mail for [two] [days].',
    ' Then it goes.',
  ])
  expect(linesOf('Everything is new here', 'Nothing of that was there')).toEqual([
    '-Everything is new here',
    '+Nothing of that was there',
  ])
})

test('lines are counted, also where too much differs to show it', () => {
  const { added, removed } = compare('a | b | c', 'a | x | y | z | c')
  expect([added, removed]).toEqual([3, 1])
  const numbered = (word: string) => Array.from({ length: 1_500 }, (_, index) => `${word} ${index}`)
  expect(lineDifference(numbered('former'), numbered('new'))).toEqual({ added: 1_500, removed: 1_500, lines: [] })
})

test('long lines without a word in common take no time that grows with their square', () => {
  const line = (letter: string) => `${letter} `.repeat(200_000)
  expect(lineDifference([line('a'), 'end'], [line('b'), 'end']).lines.map(({ kind }) => kind)).toEqual([
    ...['removed', 'added', 'same'],
  ])
})
