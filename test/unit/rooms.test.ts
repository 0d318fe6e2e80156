import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../support/service-process.ts'

/** What each room's files may import from other rooms; the first entry that a file's path begins with counts. */
const rooms: [room: string, mayImport: string[]][] = [
  ['shared/', ['shared/']],
  ['api/', ['api/', 'shared/']],
  ['functions/', ['functions/', 'api/', 'shared/']],
  ['runner/', ['runner/', 'shared/']],
  [
    'infra/aws/',
    [
      'infra/aws/',
      'api/routes.ts',
      'shared/env.ts',
      'shared/aws/table.ts',
      'shared/lifecycle.ts',
      'shared/runner-container.ts',
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

const files = globSync('{shared,api,functions,runner,infra,web,stand-in}/**/*.{ts,tsx}', { cwd: root })
const sources = files.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

test('the rooms know each other in one direction', () => {
  const wrong = sources.flatMap(({ path, text }) => {
    const allowed = rooms.find(([room]) => path.startsWith(room))?.[1] ?? []
    return [...text.matchAll(/(?:from|import\(?) ?['"`](\.[^'"`]+)['"`]/g)]
      .map(([, target = '']) => normalize(join(dirname(path), target)))
      .filter((target) => !allowed.some((room) => target.startsWith(room)))
      .map((target) => `${path} imports ${target}`)
  })
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
