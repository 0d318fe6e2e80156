import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { generationWaits } from '../../support/api.ts'
import { outputOf } from '../../support/child-output.ts'
import { inTime, waitFor } from '../../support/wait.ts'

const short = { limit: 100, every: 10 }

test('a wait gives what it has seen', async () => {
  let looks = 0
  expect(
    await waitFor(
      'three looks',
      () => ++looks,
      (seen) => seen === 3,
      short,
    ),
  ).toBe(3)
})

test('a wait that takes too long says what it waited for and what it saw last', async () => {
  const isIt = ({ pages }: { pages: number }) => pages === 2
  await expect(waitFor('two pages', () => ({ pages: 1 }), isIt, { ...short, limit: 2_000 })).rejects.toThrow(
    'Waited 2 seconds for two pages; last seen: { pages: 1 }',
  )
  const never = new Promise<boolean>(() => undefined)
  await expect(waitFor('an answer', () => never, Boolean, short)).rejects.toThrow(/for an answer; nothing was seen yet/)
  await expect(inTime('an answer', never, { limit: 50, state: () => 'so far: none' })).rejects.toThrow(
    /for an answer; so far: none/,
  )
})

test('a look that fails ends the wait at once', async () => {
  const look = async (): Promise<boolean> => {
    throw new Error('no such thing')
  }
  await expect(waitFor('a thing', look)).rejects.toThrow('no such thing')
})

test('a wait for a stage ends at once with the generation, and says how that ended', async () => {
  const variants = [
    { status: 'generating', current_stage: 'cloning' },
    { status: 'error', error_message: 'the repository was not found', current_stage: 'cloning' },
  ]
  const waits = generationWaits(async () => ({
    status: 200,
    json: variants.length > 1 ? variants.shift() : variants[0],
  }))
  await expect(waits.until('g', { current_stage: 'planning', page_count: 1 })).rejects.toThrow(
    /^Generation g has ended without current_stage = planning and page_count = 1: .*"error_message":"the repository was not found"/,
  )
  expect(await waits.until('g', { error_message: /not found$/ })).toMatchObject({ status: 'error' })
  await expect(generationWaits(async () => ({ status: 404, json: {} })).settled('g')).rejects.toThrow(/404/)
})

test('a program that ends without saying what is waited for is not waited for', async () => {
  const child = spawn(process.execPath, [
    '-e',
    'console.log("one"); console.error("two: broken"); process.exitCode = 3',
  ])
  const output = outputOf('the program', child)
  expect(await output.said(/o(n)e/)).toBe('n')
  await expect(output.said(/three/)).rejects.toThrow(
    /^the program ended without printing \/three\/; it has printed:\n.*two: broken/s,
  )
  expect(await output.ended()).toBe(3)
  expect(await output.end('SIGTERM')).toBe(3)
})

test('a program that cannot be started is not waited for', async () => {
  const output = outputOf('the program', spawn('/no/such/program'))
  await expect(output.said(/ready/)).rejects.toThrow('the program ended without printing')
  await expect(output.ended()).rejects.toThrow('ENOENT')
})
