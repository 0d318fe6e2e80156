import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../support/service-process.ts'

const behindTheEntries = ['http', 'accounts', 'generations', 'variants', 'service'].map((room) => `functions/${room}/`)

/** What each room's files may import from other rooms; the first entry that a file's path begins with counts. */
const rooms: [room: string, mayImport: string[]][] = [
  ['shared/', ['shared/']],
  ['api/', ['api/', 'shared/']],
  ['functions/resources', ['functions/resources', 'functions/lazy.ts', 'shared/']],
  // Nothing imports an entry.
  ...behindTheEntries.map((room): [string, string[]] => [
    room,
    [...behindTheEntries, 'functions/resources', 'api/', 'shared/'],
  ]),
  ['functions/', ['functions/', 'api/', 'shared/']],
  // The layer that starts processes knows nothing of what it starts, a provider nothing of the calls that are made of it.
  ['runner/process/', ['runner/process/']],
  ['runner/ai/providers/', ['runner/ai/providers/', 'runner/process/', 'runner/disk.ts', 'shared/']],
  [
    'runner/ai/call/',
    [
      ...['runner/ai/call/', 'runner/ai/providers/', 'runner/process/', 'runner/secrets/'],
      ...['runner/disk.ts', 'runner/progress.ts', 'shared/'],
    ],
  ],
  ['runner/ai/answer/', ['runner/ai/answer/', 'shared/']],
  // Knows files by their names alone.
  ['runner/files/', ['runner/files/', 'shared/']],
  ['runner/site/', ['runner/site/', 'runner/files/', 'shared/']],
  // Holds pages against the code, whoever wrote them.
  ['runner/review/', ['runner/review/', 'runner/site/', 'runner/files/', 'runner/stages/decode-text.ts', 'shared/']],
  // Finds secrets in texts, wherever these come from.
  ['runner/secrets/', ['runner/secrets/', 'shared/']],
  ['runner/', ['runner/', 'shared/']],
  [
    'infra/aws/',
    [
      'infra/aws/',
      'api/routes.ts',
      'shared/env.ts',
      'shared/aws/table.ts',
      'shared/lifecycle.ts',
      'shared/providers/',
      'shared/runner-container.ts',
      'shared/ssh-access.ts',
    ],
  ],
  ['infra/local/', ['infra/local/', 'functions/', 'api/', 'shared/']],
  ['web/', ['web/', 'api/', 'shared/']],
  // A program of its own: no room imports it, and `infra/local` only starts it.
  ['stand-in/', ['stand-in/']],
]

/** Words that belong to one room. */
const words: [word: RegExp, room: RegExp][] = [
  [/Expression\b/, /^(shared\/aws|infra)\//],
  [/from '@aws-sdk\//, /^(shared\/aws|infra)\//],
  // The stand-in writes about it: it looks for it in the repositories that it documents.
  [/\bprocess\.env\b/, /^(shared\/env\.ts$|stand-in\/)/],
  [/\bstatusCode\b|@middy\//, /^(functions\/http|infra)\//],
  [/from '(execa|simple-git|node:child_process)'/, /^(runner\/process|infra\/local|stand-in)\//],
  [/\bstatus(: ?|\)? ?[=!]== ?)'(generating|ready|error|aborted)'/, /^(shared\/lifecycle\.ts$|infra\/|runner\/ai\/)/],
  [/\bPolicyStatement\b/, /^infra\/aws\//],
]

const readAll = (pattern: string) =>
  globSync(pattern, { cwd: root }).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

const sources = readAll('{shared,api,functions,runner,infra,web,stand-in}/**/*.{ts,tsx}')
const tests = readAll('test/**/*.ts')

/** The files that a file imports, types too. */
const importsOf = ({ path, text }: { path: string; text: string }): string[] =>
  [...text.matchAll(/(?:from|import\(?) ?['"`](\.[^'"`]+)['"`]/g)].map(([, target = '']) =>
    normalize(join(dirname(path), target)),
  )

test('the rooms know each other in one direction', () => {
  const wrong = sources.flatMap((source) => {
    const allowed = rooms.find(([room]) => source.path.startsWith(room))?.[1] ?? []
    return importsOf(source)
      .filter((target) => !allowed.some((room) => target.startsWith(room)))
      .map((target) => `${source.path} imports ${target}`)
  })
  expect(wrong).toEqual([])
})

test('no file imports itself by way of others, not even a type', () => {
  const graph = new Map([...sources, ...tests].map((source) => [source.path, importsOf(source)]))
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (path: string, way: string[]) => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '))
    if (way.includes(path) || done.has(path)) return
    for (const target of graph.get(path) ?? []) walk(target, [...way, path])
    done.add(path)
  }
  for (const path of graph.keys()) walk(path, [])
  expect(circles).toEqual([])
})

test('what supports the tests is not made of them', () => {
  const rooms = [...new Set(tests.map(({ path }) => path.split('/').slice(0, 2).join('/')))]
  const suites = rooms.filter((room) => room !== 'test/support')
  const wrong = tests
    .filter(({ path }) => path.startsWith('test/support/'))
    .flatMap((source) =>
      importsOf(source)
        .filter((target) => suites.some((suite) => target.startsWith(`${suite}/`)))
        .map((target) => `${source.path} imports ${target}`),
    )
  expect(wrong).toEqual([])
})

test('a word stays in its room', () => {
  const wrong = words.flatMap(([word, room]) =>
    sources
      .filter(({ path, text }) => !room.test(path) && word.test(withoutComments(text)))
      .map(({ path }) => `${path}: ${word}`),
  )
  expect(wrong).toEqual([])
})

test('nothing is left for later', () => {
  const wrong = sources.filter(({ text }) =>
    /\b(TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-expect-error|\bas any\b/.test(text),
  )
  expect(wrong.map(({ path }) => path)).toEqual([])
})

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
