import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DefaultsEnv, LeaseEnv, LocalEnv, RunnerEnv, readEnv } from '../../shared/env.ts'
import { root } from '../support/service-process.ts'

const variables = readFileSync(`${root}.env.example`, 'utf8')
  .split('\n')
  .flatMap((line) => /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [])
  .filter((_, index) => index % 3 !== 0)
const example = Object.fromEntries(
  variables.flatMap((name, index) => (index % 2 === 0 ? [[name, variables[index + 1] ?? '']] : [])),
)

/** Set by the service itself, never by its operator. */
const ours = ['TABLE_NAME', 'BUCKET_NAME', 'S3_PATH_STYLE', 'ECS_CONTAINER_METADATA_URI_V4', 'TMPDIR', 'PATH']

test('.env.example explains every variable that the service and its runner read, and no other', () => {
  const read = [...Object.keys(LocalEnv.shape), ...Object.keys(DefaultsEnv.shape), ...Object.keys(RunnerEnv.shape)]
  const expected = new Set(read.filter((name) => !ours.includes(name) && !(name in LeaseEnv.shape)))
  expect(Object.keys(example).toSorted()).toEqual([...expected].toSorted())
})

test('.env.example shows the defaults', () => {
  expect(readEnv(LocalEnv, example)).toEqual(readEnv(LocalEnv, {}))
})
