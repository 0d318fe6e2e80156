import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { root } from '../support/service-process.ts'

/** A program that goes on for ever, and prints what it is told. */
function start(alsoRuns = '') {
  const program = `
    const { stopSignal } = await import('${root}infra/local/stop-signal.ts')
    const stop = stopSignal()
    stop.addEventListener('abort', () => console.log(stop.reason.exitCode))
    setInterval(() => {}, 1_000)
    console.log('ready')
    ${alsoRuns}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() }
}

test.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('the first %s tells the program to end, the second ends it', async (signal, code) => {
  const { child, lines } = start()
  expect((await lines.next()).value).toBe('ready')
  child.kill(signal)
  expect((await lines.next()).value).toBe(String(code))
  const again = setInterval(() => child.kill(signal), 100)
  expect(await once(child, 'exit')).toEqual([code, null])
  clearInterval(again)
})

test('the same Ctrl-C, passed on by npm, is no second one', async () => {
  const { child, lines } = start(
    `process.kill(process.pid, 'SIGINT')
     process.kill(process.pid, 'SIGTERM')
     setTimeout(() => process.exit(7), 200)`,
  )
  expect((await lines.next()).value).toBe('ready')
  expect(await once(child, 'exit')).toEqual([7, null])
})
