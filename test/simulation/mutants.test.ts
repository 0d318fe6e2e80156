import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mutants } from './mutants.ts'

test('every mistake that the mutation report tells of can still be made', () => {
  for (const { name, file, mutate } of mutants) {
    const source = readFileSync(`${import.meta.dirname}/../../${file}`, 'utf8')
    expect(mutate(source), name).not.toBe(source)
  }
})
