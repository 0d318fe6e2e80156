import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPastedAddress } from '../../../shared/pasted-address.ts'
import { BranchName } from '../../../shared/variant.ts'

const branchIn = (name: string) =>
  readPastedAddress(`https://git.example/acme/utils/tree/${encodeURIComponent(name)}`)?.branch

/** git allows no `~`, and a commit is no branch. */
const isBranch = (name: string) =>
  BranchName.safeParse(name).success && !name.includes('~') && !/^([\da-f]{40}|[\da-f]{64})$/.test(name)

const names = [
  'main',
  'feature/x',
  '-x',
  'claude',
  'gemini',
  'cursor',
  'claude-2',
  'a~b',
  'a\0b',
  'ä'.repeat(128),
  'x'.repeat(255),
  'x'.repeat(256),
  'a'.repeat(40),
  'b'.repeat(64),
  'c'.repeat(41),
]

test.each(names)('a page of %j has a branch exactly if requests may name that branch', (name) => {
  expect(branchIn(name)).toBe(isBranch(name) ? name : undefined)
})

test('so it is with any short name', () => {
  // A URL resolves dot segments before anyone sees them.
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => !/^\.{1,2}$/.test(text))
  fc.assert(fc.property(name, (text) => branchIn(text) === (isBranch(text) ? text : undefined)))
})
