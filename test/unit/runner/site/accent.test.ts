import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { accentColours, accentStyle, contrast, groundsOf } from '../../../../runner/site/accent.ts'
import { root } from '../../../support/service-process.ts'

const tokens = readFileSync(join(root, 'runner/site/css/tokens.css'), 'utf8')
const digits = [...'0123456789abcdef']
const every = digits.flatMap((red) => digits.flatMap((green) => digits.map((blue) => `#${red}${green}${blue}`)))

test.each(['light', 'dark'] as const)(
  'whatever the accent colour, text in it and on it has enough contrast on every ground of the %s theme',
  (theme) => {
    const grounds = groundsOf(tokens, theme)
    expect(grounds).toHaveLength(3)
    const least = every.map((colour) => {
      const { accent, ground, onAccent } = accentColours(colour, grounds, theme)
      return Math.min(...[...grounds, ground, onAccent].map((other) => contrast(accent, other)))
    })
    expect(Math.min(...least)).toBeGreaterThanOrEqual(4.5)
  },
)

test('the ratio of contrast is that of WCAG', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21)
  expect(contrast([255, 255, 255], [118, 118, 118])).toBeCloseTo(4.54, 2)
})

test('a colour that is readable as it is stays as it is', () => {
  expect(accentStyle('#3b4ecb', tokens)).toMatch(/--accent: light-dark\(#3b4ecb, #[\da-f]{6}\);/)
  expect(accentStyle('#A3B4FF'.toLowerCase(), tokens)).toMatch(/--accent: light-dark\(#[\da-f]{6}, #a3b4ff\);/)
})
