import { expect, test } from 'vitest'
import { endMark } from '../../stand-in/prompt.ts'
import { argv, cloneOf, eventsOf, pagePrompt, planPrompt, runStandIn } from './stand-in-site.ts'

const timeout = 60_000
const clone = cloneOf({ 'README.md': '# sample\n\nA sample.\n', 'src/main.ts': 'export const answer = 42\n' })
const overview = pagePrompt('Overview', [{ slug: 'overview', title: 'Overview' }])

test('it reports each file access in the clone and ends with one result', { timeout }, async () => {
  const { stdout, exitCode, stderr } = await runStandIn(await clone, overview)
  const events = eventsOf(stdout)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(events[0]).toMatchObject({
    ...{ type: 'system', subtype: 'init', tools: ['Glob', 'Grep', 'Read'], mcp_servers: [] },
    ...{ model: 'stand-in', permissionMode: 'dontAsk' },
  })
  const used = events.flatMap(({ message }) => message?.content ?? []).filter(({ type }) => type === 'tool_use')
  expect(used.map(({ name }) => name)).toEqual(expect.arrayContaining(['Glob', 'Read']))
  const text = events.findLast(({ type }) => type === 'assistant')?.message?.content[0]?.text
  expect(events.at(-1)).toMatchObject({
    ...{ type: 'result', subtype: 'success', is_error: false, result: text, total_cost_usd: 0, modelUsage: {} },
    ...{ usage: { input_tokens: 0, output_tokens: 0 }, num_turns: used.length + 1 },
  })
})

test('a plan is nothing but JSON', { timeout }, async () => {
  const { stdout } = await runStandIn(await clone, planPrompt)
  expect(JSON.parse(String(eventsOf(stdout).at(-1)?.result))).toMatchObject({
    project_name: 'sample',
    tagline: 'A sample.',
  })
})

test('a prompt that it does not understand gets an explanation of the stand-in', { timeout }, async () => {
  const { stdout, exitCode } = await runStandIn(await clone, `End with ${endMark}`, [...argv, '--tools', ''])
  expect(exitCode).toBe(0)
  expect(eventsOf(stdout)[0]).toMatchObject({ tools: [] })
  expect(eventsOf(stdout).at(-1)?.result).toMatch(/^This is docsfy’s stand-in for an AI CLI, not a model\./)
})

test('a page that its own plan does not have is an error', { timeout }, async () => {
  const { stdout, exitCode } = await runStandIn(await clone, pagePrompt('Quantum entanglement'))
  expect(exitCode).toBe(1)
  expect(eventsOf(stdout).at(-1)).toMatchObject({
    ...{ type: 'result', is_error: true },
    result:
      'The stand-in cannot answer: it only writes the pages of its own plan, which has no page “Quantum entanglement”',
  })
})

test.each([
  [['-p', '--nonsense'], "error: unknown option '--nonsense'"],
  [['-p', '--output-format', 'stream-json'], 'requires --verbose'],
  [['-p', '--output-format', 'yaml'], 'is invalid'],
  [['-p', '--model'], '--model'],
])('a wrong command line is a usage error: %j', { timeout }, async (args, message) => {
  const { stdout, stderr, exitCode } = await runStandIn(await clone, overview, args)
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 })
  expect(stderr).toContain(message)
})

test.each(['', ' \n'])('an empty prompt is rejected: %j', { timeout }, async (input) => {
  const { stdout, stderr, exitCode } = await runStandIn(await clone, input)
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 })
  expect(stderr).toContain('Input must be provided')
})

test('it reports its version, and that it is a stand-in', { timeout }, async () => {
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

test('it refuses to write in the name of another model', { timeout }, async () => {
  const args = argv.map((word) => (word === 'stand-in' ? 'opus' : word))
  const { stdout, exitCode } = await runStandIn(await clone, overview, args)
  expect(exitCode).toBe(1)
  expect(eventsOf(stdout).at(-1)).toMatchObject({
    ...{ type: 'result', is_error: true, api_error_status: 404 },
    result: expect.stringMatching(/^This is docsfy’s stand-in\. .+ 'stand-in', not for 'opus'\. .+$/),
  })
})

test('SIGTERM ends it at once', { timeout }, async () => {
  const running = runStandIn(await clone, undefined)
  running.kill('SIGTERM')
  const { signal } = await running
  expect(signal).toBe('SIGTERM')
})
