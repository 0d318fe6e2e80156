import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { type Invocation, type LineVerdict, spawnGroup } from '../../runner/process/spawn-group.ts'
import { isAlive } from '../support/processes.ts'
import { temporaryFolder } from '../support/service-process.ts'

/** Runs a Node.js script. In the script, `grandchild()` starts a process and writes its pid to the file `pid`. */
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
  const lines: string[] = []
  const ended = await spawnGroup({
    ...{ file, args: [], cwd: folder, env: {}, signal: new AbortController().signal, timeoutMs: 60_000 },
    ...options,
    onLine(line) {
      lines.push(line)
      return options.onLine?.(line) ?? 'useful'
    },
  })
  return { ...ended, lines }
}

const forever = 'setInterval(() => {}, 1000)'

test('processes that a program left behind are killed after it exits', async () => {
  await using folder = await temporaryFolder('group')
  // The grandchild keeps the program's output open, which must not delay anything.
  const ended = await run(folder.path, `grandchild(); console.log('done'); setTimeout(() => process.exit(3), 300)`)
  expect(ended).toMatchObject({ lines: ['done'], exitCode: 3, endedBy: 'itself' })
  expect(await isAlive(Number(await readFile(join(folder.path, 'pid'), 'utf8')))).toBe(false)
})

test('an abort kills the whole group, including processes that ignore SIGTERM', async () => {
  await using folder = await temporaryFolder('group')
  const stop = new AbortController()
  const running = run(folder.path, `process.on('SIGTERM', () => {}); grandchild(); ${forever}`, { signal: stop.signal })
  await expect.poll(() => readFile(join(folder.path, 'pid'), 'utf8')).not.toBe('')
  stop.abort()
  expect(await running).toMatchObject({ endedBy: 'abort' })
  expect(await isAlive(Number(await readFile(join(folder.path, 'pid'), 'utf8')))).toBe(false)
})

test('after the end nothing is killed: the pid may belong to another process', async () => {
  await using folder = await temporaryFolder('group')
  const ended = await run(folder.path, forever, { timeoutMs: 1_000 })
  expect(ended).toMatchObject({ endedBy: 'timeout' })
  const kill = vi.spyOn(process, 'kill')
  // Longer than the grace period for exiting by itself.
  await sleep(2_500)
  expect(kill).not.toHaveBeenCalled()
  kill.mockRestore()
})

test('an abort before the start works too', async () => {
  await using folder = await temporaryFolder('group')
  expect(await run(folder.path, forever, { signal: AbortSignal.abort() })).toMatchObject({ endedBy: 'abort' })
})

test('a program that only sends pings has stalled; one that makes progress has not', async () => {
  await using folder = await temporaryFolder('group')
  const onLine = (line: string) => (line === 'ping' ? 'ping' : 'useful')
  const pinging = await run(folder.path, `setInterval(() => console.log('ping'), 50)`, { silenceMs: 1_000, onLine })
  expect(pinging).toMatchObject({ endedBy: 'silence' })
  const working = `let n = 0; const timer = setInterval(() => { console.log('word'); if (++n === 25) clearInterval(timer) }, 200)`
  expect(await run(folder.path, working, { silenceMs: 4_000, onLine })).toMatchObject({
    endedBy: 'itself',
    exitCode: 0,
  })
})

test('an unsafe line ends the program at once, with a reason', async () => {
  await using folder = await temporaryFolder('group')
  const onLine = (line: string): LineVerdict => (line === 'Bash' ? { end: 'unsafe', reason: 'it has Bash' } : 'useful')
  const ended = await run(folder.path, `console.log('Read'); console.log('Bash'); ${forever}`, { onLine })
  expect(ended).toMatchObject({ endedBy: 'unsafe', reason: 'it has Bash' })
})

test('a program that does not read its long prompt does no harm', async () => {
  await using folder = await temporaryFolder('group')
  const deaf = await run(folder.path, `process.stdin.destroy(); console.log('no'); process.exit(1)`, {
    input: 'x'.repeat(8_000_000),
  })
  expect(deaf).toMatchObject({ lines: ['no'], exitCode: 1, endedBy: 'itself' })
})

/** Prints a gigabyte. The exit code tells whether it got that far. */
const flood = (line: string, stream = 'stdout') => `
  const line = ${line}
  let left = 1e9
  const write = () => {
    while ((left -= line.length) > 0) if (!process.${stream}.write(line)) return process.${stream}.once('drain', write)
    process.exitCode = 7
  }
  write()`

describe('a flood of output is stopped after a few MiB, with a reason', () => {
  const limits = { line: 1e6, noise: 1e6, total: 3e6 }
  const cases: [name: string, source: string, heard: LineVerdict, reason: string][] = [
    ['lines of no use', flood(`'x'.repeat(999) + '\\n'`), 'noise', 'not part of an answer'],
    ['lines that are useful, but too many', flood(`'x'.repeat(999) + '\\n'`), 'useful', 'it printed more than'],
    ['pings', flood(`'x'.repeat(999) + '\\n'`), 'ping', 'it printed more than'],
    ['one line', flood(`'x'.repeat(1000)`), 'useful', 'it printed a line of more than'],
    ['stderr', flood(`'x'.repeat(1000)`, 'stderr'), 'useful', 'not part of an answer'],
  ]
  test.each(cases)('%s', async (_name, source, heard, reason) => {
    await using folder = await temporaryFolder('group')
    const ended = await run(folder.path, source, { limits, onLine: () => heard })
    expect(ended).toMatchObject({ endedBy: 'flood', reason: expect.stringContaining(reason) })
    expect(ended.exitCode).not.toBe(7)
    const taken = ended.lines.reduce((bytes, line) => bytes + line.length + 1, 0)
    expect(taken).toBeLessThanOrEqual(limits.total)
    expect(ended.stderr.length).toBeLessThanOrEqual(64 * 1024)
  })
})

test('lines arrive whole, however they were written; only the last lines of stderr are kept', async () => {
  await using folder = await temporaryFolder('group')
  const source = `
    import { setTimeout as sleep } from 'node:timers/promises'
    const bytes = Buffer.from('für\\nalle\\n\\nzuletzt')
    for (const byte of bytes) { process.stdout.write(Buffer.of(byte)); await sleep(5) }
    for (let n = 0; n < 30_000; n++) process.stderr.write('line ' + n + '\\n')`
  const ended = await run(folder.path, source)
  expect(ended).toMatchObject({ endedBy: 'itself', lines: ['für', 'alle', '', 'zuletzt'] })
  expect(ended.stderr).toMatch(/^line \d+\n/)
  expect(ended.stderr).toMatch(/line 29999\n$/)
})

test('a missing program is reported as not started', async () => {
  await using folder = await temporaryFolder('group')
  for (const file of ['/nowhere/claude', 'no-such-cli']) {
    expect(await run(folder.path, '', { file })).toMatchObject({
      endedBy: 'not-started',
      reason: expect.stringContaining('ENOENT'),
    })
  }
})
