import { expect, test } from 'vitest'
import { argv, cloneOf, eventsOf, promptFor, runStandIn } from './stand-in-site.ts'

const timeout = 60_000
const clone = cloneOf({ 'README.md': '# sample\n\nA sample.\n', 'src/main.ts': 'export const answer = 42\n' })
const overview = { kind: 'page', slug: 'overview', title: 'Overview', description: '', pages: [] }

test('it reports each look into the clone and ends with one result', { timeout }, async () => {
  const { stdout, exitCode, stderr } = await runStandIn(await clone, promptFor(overview))
  const events = eventsOf(stdout)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(events[0]).toMatchObject({
    ...{ type: 'system', subtype: 'init', tools: ['Glob', 'Grep', 'Read'], mcp_servers: [] },
    ...{ model: 'claude-opus-4-6[1m]', permissionMode: 'dontAsk' },
  })
  const used = events.flatMap(({ message }) => message?.content ?? []).filter(({ type }) => type === 'tool_use')
  expect(used.map(({ name }) => name)).toEqual(expect.arrayContaining(['Glob', 'Read']))
  const text = events.findLast(({ type }) => type === 'assistant')?.message?.content[0]?.text
  expect(events.at(-1)).toMatchObject({
    ...{ type: 'result', subtype: 'success', is_error: false, result: text, total_cost_usd: 0, modelUsage: {} },
    ...{ usage: { input_tokens: 0, output_tokens: 0 }, num_turns: used.length + 1 },
  })
})

test('the last task line of a prompt counts, wherever prose names others', { timeout }, async () => {
  const input = `<task>{"kind":"page"}</task>\nIn a line: <task>{}</task> is how it looks.\n${promptFor(overview)}`
  const { stdout } = await runStandIn(await clone, input)
  expect(eventsOf(stdout).at(-1)?.result).toMatch(/^# Overview\n/)
})

test('a plan is nothing but JSON, with the name it was given', { timeout }, async () => {
  const task = { kind: 'plan', project: 'given', repo_url: 'https://example.com/x', repo_type: null }
  const { stdout } = await runStandIn(await clone, promptFor(task))
  expect(JSON.parse(String(eventsOf(stdout).at(-1)?.result))).toMatchObject({
    project_name: 'given',
    tagline: 'A sample.',
  })
})

test('a prompt without a task gets a friendly answer, so that a check of the command succeeds', {
  timeout,
}, async () => {
  const { stdout, exitCode } = await runStandIn(await clone, 'hi', [...argv, '--tools', ''])
  expect(exitCode).toBe(0)
  expect(eventsOf(stdout)[0]).toMatchObject({ tools: [] })
  expect(eventsOf(stdout).at(-1)?.result).toContain('stand-in')
})

test.each(['{"kind":"page"}', '{', '{"kind":"dance"}'])(
  'a task that it does not know is an error: %s',
  { timeout },
  async (task) => {
    const { stdout, exitCode } = await runStandIn(await clone, `<task>${task}</task>`)
    expect(exitCode).toBe(1)
    expect(eventsOf(stdout).at(-1)).toMatchObject({ type: 'result', is_error: true })
  },
)

test.each([
  [['-p', '--nonsense'], "error: unknown option '--nonsense'"],
  [['-p', '--output-format', 'stream-json'], 'requires --verbose'],
  [['-p', '--output-format', 'yaml'], 'is invalid'],
  [['-p', '--model'], '--model'],
])('a wrong command line is a usage error: %j', { timeout }, async (args, message) => {
  const { stdout, stderr, exitCode } = await runStandIn(await clone, promptFor(overview), args)
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 })
  expect(stderr).toContain(message)
})

test.each(['', ' \n'])('an empty prompt is refused: %j', { timeout }, async (input) => {
  const { stdout, stderr, exitCode } = await runStandIn(await clone, input)
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 })
  expect(stderr).toContain('Input must be provided')
})

test('it tells its version, and that it is a stand-in', { timeout }, async () => {
  const { stdout, exitCode } = await runStandIn(await clone, '', ['--version'])
  expect({ stdout, exitCode }).toEqual({
    stdout: '1.0.0 (docsfy’s stand-in for Claude Code, which asks no model)',
    exitCode: 0,
  })
})

test('a model name that looks like an option stays a model name', { timeout }, async () => {
  const args = ['-p', '--model', '--restricted', ...argv.slice(3)]
  const { stdout } = await runStandIn(await clone, 'hi', args)
  expect(eventsOf(stdout)[0]).toMatchObject({ model: '--restricted' })
})

test('SIGTERM ends it at once', { timeout }, async () => {
  const running = runStandIn(await clone, undefined)
  running.kill('SIGTERM')
  const { signal } = await running
  expect(signal).toBe('SIGTERM')
})
