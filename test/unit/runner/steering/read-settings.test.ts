import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { settingsSchema } from '../../../../runner/steering/json-schema.ts'
import { readSettings } from '../../../../runner/steering/read-settings.ts'
import { root } from '../../../support/service-process.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const files = globSync('*.yml', { cwd: fixtures }).toSorted()
const whatEachDid = JSON.parse(readFileSync(join(fixtures, 'what-each-did.json'), 'utf8'))
const read = (file: string) => readSettings(readFileSync(join(fixtures, file), 'utf8'))

test('each of the settings files does what is written down about it', () => {
  expect(files.length).toBeGreaterThanOrEqual(30)
  expect(Object.fromEntries(files.map((file) => [basename(file, '.yml'), read(file)]))).toEqual(whatEachDid)
})

test.each(files.filter((file) => file.startsWith('right')))('%s is understood without a note', (file) => {
  expect(read(file).notes).toEqual([])
})

test.each(files.filter((file) => file.startsWith('wrong')))(
  '%s gets a note that says where and what is right',
  (file) => {
    for (const note of read(file).notes) expect(note).toMatch(/^\.docsfy\.yml.*(line \d+|must be)/)
    expect(read(file).notes).toHaveLength(1)
  },
)

test('a file that is nested too deeply is ignored, with a note', () => {
  const { settings, notes } = readSettings(`include: ${'['.repeat(8_000)}\n`)
  expect(settings).toEqual({})
  expect(notes).toHaveLength(1)
})

test('the published JSON Schema is that of the settings', () => {
  expect(readFileSync(join(root, 'docs/docsfy.schema.json'), 'utf8')).toBe(settingsSchema())
})
