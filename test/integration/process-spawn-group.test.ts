import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { type Invocation, spawnGroup } from '../../runner/process/spawn-group.ts'
import { isAlive } from '../support/processes.ts'
import { temporaryFolder } from '../support/service-process.ts'

/** Runs a script of Node.js; `grandchild` in it starts a process of its own and notes its pid in the file `pid`. */
async function run(folder: string, source: string, options: Partial<Invocation> = {}) {
  const file = join(folder, 'cli.mjs')
  const grandchild = `
    import { spawn } from 'node:child_process'
    import { writeFileSync } from 'node:fs'
    const grandchild = () => {
      const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'inherit' })
      writeFileSync('pid', String(child.pid))
    }`
  await writeFile(file, `${grandchild}\n${source}`)
  return await spawnGroup({
    ...{ file, args: [], cwd: folder, env: {}, input: '', as: undefined, signal: new AbortController().signal },
    ...{ timeoutMs: 60_000, silenceMs: 60_000, watch: () => true, stopSignal: 'SIGTERM' },
    ...options,
  })
}

const forever = 'setInterval(() => {}, 1000)'

test('what a program left behind is gone when it has ended by itself', async () => {
  await using folder = await temporaryFolder('group')
  // It holds the program's output open, which must hold up nobody.
  const ended = await run(folder.path, `grandchild(); console.log('done'); setTimeout(() => process.exit(3), 300)`)
  expect(ended).toMatchObject({ stdout: 'done\n', exitCode: 3, endedBy: 'itself' })
  expect(await isAlive(Number(await readFile(join(folder.path, 'pid'), 'utf8')))).toBe(false)
})

test('an abort ends the whole group, also processes that ignore SIGTERM', async () => {
  await using folder = await temporaryFolder('group')
  const stop = new AbortController()
  const running = run(folder.path, `process.on('SIGTERM', () => {}); grandchild(); ${forever}`, { signal: stop.signal })
  await expect.poll(() => readFile(join(folder.path, 'pid'), 'utf8'), { timeout: 20_000 }).not.toBe('')
  stop.abort()
  expect(await running).toMatchObject({ endedBy: 'abort' })
  expect(await isAlive(Number(await readFile(join(folder.path, 'pid'), 'utf8')))).toBe(false)
})

test('once it has ended nobody is killed any more: its number may be somebody else’s', async () => {
  await using folder = await temporaryFolder('group')
  const ended = await run(folder.path, forever, { timeoutMs: 1_000 })
  expect(ended).toMatchObject({ endedBy: 'timeout' })
  const kill = vi.spyOn(process, 'kill')
  // Longer than what it would have had to end by itself.
  await sleep(2_500)
  expect(kill).not.toHaveBeenCalled()
  kill.mockRestore()
})

test('an abort before the start ends it too', async () => {
  await using folder = await temporaryFolder('group')
  expect(await run(folder.path, forever, { signal: AbortSignal.abort() })).toMatchObject({ endedBy: 'abort' })
})

test('a program that only pings has stalled; one that goes on has not', async () => {
  await using folder = await temporaryFolder('group')
  const watch = (line: string) => line !== 'ping'
  const pinging = await run(folder.path, `setInterval(() => console.log('ping'), 50)`, { silenceMs: 1_000, watch })
  expect(pinging).toMatchObject({ endedBy: 'silence' })
  const working = `let n = 0; const timer = setInterval(() => { console.log('word'); if (++n === 15) clearInterval(timer) }, 200)`
  expect(await run(folder.path, working, { silenceMs: 2_000, watch })).toMatchObject({ endedBy: 'itself', exitCode: 0 })
})

test('a line that is not safe ends it at once, and the reason is kept', async () => {
  await using folder = await temporaryFolder('group')
  const watch = (line: string) => (line === 'Bash' ? { unsafe: 'it has Bash' } : true)
  const ended = await run(folder.path, `console.log('Read'); console.log('Bash'); ${forever}`, { watch })
  expect(ended).toMatchObject({ endedBy: 'unsafe', reason: 'it has Bash' })
})

test('a program that reads nothing of a long prompt, or prints too much, harms nobody', async () => {
  await using folder = await temporaryFolder('group')
  const deaf = await run(folder.path, `process.stdin.destroy(); console.log('no'); process.exit(1)`, {
    input: 'x'.repeat(8_000_000),
  })
  expect(deaf).toMatchObject({ stdout: 'no\n', exitCode: 1, endedBy: 'itself' })
  const loud = `const line = 'x'.repeat(1e6); const write = () => { while (process.stdout.write(line)); process.stdout.once('drain', write) }; write()`
  expect((await run(folder.path, loud)).stdout.length).toBeLessThanOrEqual(64 * 1024 * 1024)
})

test('what is not there is told as not started', async () => {
  await using folder = await temporaryFolder('group')
  for (const file of ['/nowhere/claude', 'no-such-cli']) {
    expect(await run(folder.path, '', { file })).toMatchObject({
      endedBy: 'not-started',
      reason: expect.stringContaining('ENOENT'),
    })
  }
})
