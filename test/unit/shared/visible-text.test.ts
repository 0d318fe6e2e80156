import { expect, test } from 'vitest'
import { visibleEntry, visibleLine, visibleText } from '../../../shared/visible-text.ts'

const all = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code)).join('')
const unsafe = /[^\P{Cc}\t\n]|[\p{Zl}\p{Zp}]|[\u202a-\u202e\u2066-\u2069]/u

test('no control character, line separator or override remains, and everything else does', () => {
  expect(all).toMatch(unsafe)
  expect(visibleText(all)).not.toMatch(unsafe)
  const harmless = [...all].filter((character) => !unsafe.test(character)).join('')
  expect(visibleText(harmless)).toBe(harmless)
})

test.each([
  ['a window title', '\x1b]0;owned\x07', '␛]0;owned␇'],
  ['colours', '\x1b[31;1mError\x1b[0m: no', 'Error: no'],
  ['what only looks like a colour', 'a\n[31m', 'a\n[31m'],
  ['a moving cursor', 'ok\x1b[2K\x1b[1A', 'ok␛[2K␛[1A'],
  ['an overwritten line', 'fatal: no\rdone.   ', 'fatal: no\ndone.   '],
  ['Windows line ends', 'a\r\nb\r\n', 'a\nb\n'],
  ['C1 controls', 'a\x9b31mb\x85c\x7f', 'a�31mb�c␡'],
  ['an override', 'user\u202enimda\u2066', 'user�nimda�'],
  ['line separators', 'a\u2028b\u2029c', 'a�b�c'],
  ['ordinary text', 'Ünï\tcödé 鍵 🔑 \u200f\n', 'Ünï\tcödé 鍵 🔑 \u200f\n'],
])('shows %s', (_name, text, visible) => {
  expect(visibleText(text)).toBe(visible)
})

test('a line stays one line', () => {
  expect(visibleLine('src/a\n2026-01-01T00:00:00.000Z error forged\tb')).toBe(
    'src/a 2026-01-01T00:00:00.000Z error forged b',
  )
})

test("an entry's further lines are indented, whatever ends them", () => {
  expect(visibleEntry('one\ntwo\rthree\r\nfour\u2028five')).toBe('one\n    two\n    three\n    four�five')
})
