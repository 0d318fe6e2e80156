import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../support/service-process.ts'

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const [, uninstalled = ''] =
  /npm uninstall((?: \S+)+)/.exec(readFileSync(join(root, 'runner/Dockerfile'), 'utf8')) ?? []
const onOneMachine = uninstalled.split(' ').filter((word) => word && !word.startsWith('--'))
const onAws = Object.keys(dependencies).filter((name) => !onOneMachine.includes(name))

/** The packages that a room's files import, apart from types. */
function packagesOf(room: string): string[] {
  const texts = globSync(`${room}/**/*.ts`, { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'))
  const imports = texts.flatMap((text) => [
    ...text.matchAll(/^(?:import (?!type)|export )[^'"`]*?from '([^'.][^']*)'/gm),
    ...text.matchAll(/\b(?:import|import\.meta\.resolve)\(['"`]([^'"`.][^'"`]*)/g),
  ])
  const names = imports.map(([, specifier = '']) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '')
  return [...new Set(names)].filter((name) => !name.startsWith('node:')).toSorted()
}

test.each(['api', 'functions', 'runner', 'shared'])(
  "%s imports only packages that the runner's image keeps",
  (room) => {
    expect(packagesOf(room).filter((name) => !onAws.includes(name))).toEqual([])
  },
)

test("the packages that the runner's image leaves out are those that only the service on one machine imports", () => {
  const names = ['infra/local', 'stand-in'].flatMap(packagesOf)
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(names))
  expect(new Set(names.filter((name) => !onAws.includes(name)))).toEqual(new Set(onOneMachine))
})
