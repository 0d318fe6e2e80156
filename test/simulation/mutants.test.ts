import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mutants } from './mutants.ts'

test('every mutant still applies to the code', () => {
  for (const { name, file, mutate } of mutants) {
    const source = readFileSync(`${import.meta.dirname}/../../${file}`, 'utf8')
    expect(mutate(source), name).not.toBe(source)
  }
})
