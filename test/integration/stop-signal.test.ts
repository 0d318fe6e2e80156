import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { outputOf } from '../support/child-output.ts'
import { root } from '../support/service-process.ts'

/** A program that runs until stopped, and prints the signals that it gets. */
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
  return { child, output: outputOf('the program', child) }
}

test.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('the first %s requests a stop, the second exits at once', async (signal, code) => {
  const { child, output } = start()
  await output.said(/^ready$/m)
  child.kill(signal)
  await output.said(new RegExp(`^${code}$`, 'm'))
  const again = setInterval(() => child.kill(signal), 100)
  expect(await output.ended().finally(() => clearInterval(again))).toBe(code)
})

test('a Ctrl-C that npm forwards does not count twice', async () => {
  const { output } = start(
    `process.kill(process.pid, 'SIGINT')
     process.kill(process.pid, 'SIGTERM')
     setTimeout(() => process.exit(7), 200)`,
  )
  await output.said(/^ready$/m)
  expect(await output.ended()).toBe(7)
})
