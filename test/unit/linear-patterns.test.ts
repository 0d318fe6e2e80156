import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { type Node, parse } from 'acorn'
import { full } from 'acorn-walk'
import { analyse } from 'scslre'
import { describe, expect, test } from 'vitest'
import { root } from '../support/service-process.ts'

interface Pattern {
  source: string
  flags: string
}

/** Why the time for some input could grow faster than its length. The proof looks at the pattern alone: nothing is measured. */
const reasons = (pattern: Pattern): string[] =>
  analyse(pattern, { reportTypes: { Move: true, Self: true, Trade: true }, assumeRejectingSuffix: false }).reports.map(
    ({ type, exponential }) => `${exponential ? 'exponential' : 'polynomial'} (${type})`,
  )

const files = ['shared', 'functions', 'runner', 'api', 'infra/local', 'stand-in'].flatMap((room) =>
  globSync(`${room}/**/*.ts`, { cwd: root, exclude: ['**/node_modules/**', '**/*.d.ts'] }),
)

/** The patterns of a file, and the calls that build others. */
function patternsIn(file: string): { literals: Pattern[]; built: string[] } {
  const literals: Pattern[] = []
  const built: string[] = []
  const code = stripTypeScriptTypes(readFileSync(root + file, 'utf8'))
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node: Node) => {
    if ('regex' in node)
      literals.push({ source: patternOf(node.regex, 'pattern'), flags: patternOf(node.regex, 'flags') })
    if ('callee' in node && 'name' in Object(node.callee) && Object(node.callee).name === 'RegExp')
      built.push(code.slice(node.start, node.end))
  })
  return { literals, built }
}

const patternOf = (regex: unknown, part: string): string => String(Object(regex)[part])

const UNIT = '(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)'
const MONTHS = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec'

describe('no pattern takes more than linear time', () => {
  test.each(
    files.map((file) => [file, patternsIn(file).literals] as const).filter(([, literals]) => literals.length > 0),
  )('%s', (_file, literals) => {
    const slow = literals.map((pattern) => ({ pattern: `/${pattern.source}/${pattern.flags}`, why: reasons(pattern) }))
    expect(slow.filter(({ why }) => why.length > 0)).toEqual([])
  })

  /** Patterns that are put together, as they are when they run. */
  const known: Record<string, Pattern[]> = {
    'shared/visible-text.ts': [{ source: '\\u001b\\[[\\d;]{0,32}m', flags: 'g' }],
    // A copy of a literal, with a position of its own.
    'runner/site/html-pieces.ts': [],
    'runner/ai/call/limit-end.ts': [
      `^\\W*(?:(?:in|after|for|about|another|delay)\\W+)*((?:\\d+(?:\\.\\d+)?\\s*${UNIT}\\b[\\s,]*(?:and\\s+)?)+)`,
      `\\b(${MONTHS})[a-z]*\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b(?!:)(?:,?\\s+(\\d{4})\\b)?`,
      `\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+(${MONTHS})[a-z]*\\.?(?:,?\\s+(\\d{4})\\b)?`,
      '\\b(sun|mon|tue|wed|thu|fri|sat)(?:[a-z]*day|[a-z]{0,2})\\b',
    ].map((source) => ({ source, flags: 'i' })),
    'runner/site/parse-markdown.ts': [{ source: '^(?:[ \\t]*(?:>|(?:[-+*]|\\d{1,9}[.)])[ \\t])){100,}', flags: 'm' }],
    'stand-in/prompt.ts': [{ source: 'The page: "([^"\\n]+)"', flags: '' }],
    'stand-in/writing/restructured-text.ts': [
      '``(?<literal>[^`]+)``',
      ':[\\w:.-]{1,80}:`(?<role>[^`]+)`',
      '`(?<text>[^`<]+)<(?<url>https?:[^>`\\s]+)>`__?',
      '`(?<name>[^`<]+)(?:<[^>`]*>)?`_{0,2}',
      '(?<![\\w`.-])(?<word>\\w[\\w.-]*)_(?![\\w`])',
    ].map((source) => ({ source, flags: 'g' })),
  }

  test('patterns that are put together', () => {
    expect(files.filter((file) => patternsIn(file).built.length > 0).toSorted()).toEqual(Object.keys(known).toSorted())
    const slow = Object.values(known)
      .flat()
      .map((pattern) => ({ ...pattern, why: reasons(pattern) }))
    expect(slow.filter(({ why }) => why.length > 0)).toEqual([])
  })
})

test.each([
  ['^(a+)+$', 'exponential (Self)'],
  ['^\\s*a?\\s*$', 'polynomial (Trade)'],
  ['\\.+$', 'polynomial (Move)'],
])('finds what is slow in /%s/', (source, why) => {
  expect(reasons({ source, flags: '' })).toContain(why)
})
