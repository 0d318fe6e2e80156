import { expect, test } from 'vitest'
import { createLog } from '../../../shared/log.ts'

const lineOf = (facts: Record<string, unknown>): Record<string, unknown> => {
  const lines: string[] = []
  createLog({ level: 'info', secrets: ['a-secret-key'], write: (line) => lines.push(line) }).info('it happened', facts)
  return JSON.parse(lines.join('\n'))
}

test('an error is logged with its name, message, stack and cause', () => {
  const error = new TypeError('no such page', { cause: new Error('a-secret-key was refused') })
  expect(lineOf({ error })).toMatchObject({
    level: 'info',
    message: 'it happened',
    error: { name: 'TypeError', message: 'no such page', stack: error.stack, cause: { message: '*** was refused' } },
  })
})

test('what contains itself is logged once', () => {
  const error = new Error('first')
  error.cause = new Error('second', { cause: error })
  expect(lineOf({ error })).toMatchObject({ error: { cause: { message: 'second', cause: '[circular]' } } })
})

test('lists, dates, null and what JSON leaves out', () => {
  const facts = { list: ['a-secret-key', 1, null], at: new Date(0), none: undefined }
  expect(lineOf(facts)).toMatchObject({ list: ['***', 1, null], at: '1970-01-01T00:00:00.000Z' })
  expect(lineOf(facts)).not.toHaveProperty('none')
})
