import { expect, test } from 'vitest'
import { decodeText } from '../../../../runner/stages/decode-text.ts'

const text = 'const first = 1 // ü 漢\n'
const utf16be = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()

test.each([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with its mark', Buffer.from(`\uFEFF${text}`)],
  ['UTF-16, little end first', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['UTF-16, big end first', utf16be],
])('%s is read without its byte order mark', (_, bytes) => expect(decodeText(bytes)).toBe(text))

test('bytes that are no text do not fail', () => {
  expect(decodeText(Buffer.from([0xff, 0x41, 0x80]))).toBe('\uFFFDA\uFFFD')
  expect(decodeText(Buffer.from([]))).toBe('')
})
