import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../support/service-process.ts'

const documents = globSync(['README.md', 'docs/*.md'], { cwd: root })
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

test.each(documents)('%s names only files and scripts that there are', (document) => {
  // What is quoted between such fences is for models, not for readers.
  const text = readFileSync(join(root, document), 'utf8').replaceAll(/^`{5}text$[\s\S]*?^`{5}$/gm, '')
  const named = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name)
  const links = named(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g).map((link) => join(dirname(document), link))
  const files = named(/`((?:api|docs|functions|infra|runner|shared|test)\/[\w./-]+)`/g)
  // In tables of tests, `test/` goes without saying.
  const tests = named(/`((?:browser|contract|integration|system|unit)\/[\w./-]+)`/g).map((path) => `test/${path}`)
  const isThere = (path: string) => existsSync(join(root, path)) || globSync(`${path}*`, { cwd: root }).length > 0
  expect([...links, ...files, ...tests].filter((path) => !isThere(path))).toEqual([])
  expect(named(/npm run (?:--silent )?([\w:-]+)/g).filter((script) => !(script in scripts))).toEqual([])
})
