import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import * as env from '../../shared/env.ts'
import { root } from '../support/service-process.ts'
import { resolvedVariables } from '../support/stack-environment.ts'
import { makeTemplate, resourcesOf } from '../support/stack-template.ts'

type EnvSchema = z.ZodObject | typeof env.CredentialsEnv

const schemas = new Map<string, unknown>(Object.entries(env))

/** Not set on AWS, where the schedule is always a minute: the function's default. */
const notProvided = ['SWEEP_SECONDS']

const settings = {
  LOG_LEVEL: 'debug',
  AI_PROVIDER: 'gemini',
  AI_MODEL: 'gemini-3-pro',
  AI_MODELS: 'claude/opus,gemini/flash',
  AI_CLI_TIMEOUT: '90',
  MAX_CONCURRENT_PAGES: '4',
  ALLOWED_PRIVATE_HOSTS: 'git.example.com:8443',
  MAX_ACTIVE_TASKS: '6',
  MAX_ACTIVE_PER_OWNER: '2',
  GENERATION_TIMEOUT: '120',
  SITE_INDEXABLE: 'true',
}

test.each([
  ['defaults', {}],
  ['every setting given', settings],
])('each function gets exactly the variables that its code reads: %s', async (_, contexts: Record<string, string>) => {
  const functions = resourcesOf(makeTemplate(contexts), 'AWS::Lambda::Function')
  expect(functions.length).toBeGreaterThan(0)
  for (const { id, properties } of functions) {
    const name = id.replace(/^Functions(\w+)Function[0-9A-F]{8}$/, '$1')
    const declared = resolvedVariables(properties.Environment?.Variables)
    const read = await schemasReadBy(kebabCase(name))
    for (const schema of read) expect(() => env.readEnv(schema, declared), name).not.toThrow()
    const known = read.flatMap((schema) => Object.keys(schema.shape)).filter((each) => !notProvided.includes(each))
    expect(
      Object.keys(declared).filter((variable) => !known.includes(variable)),
      name,
    ).toEqual([])
    const given = Object.keys(contexts).filter((variable) => known.includes(variable))
    expect(Object.keys(declared), name).toEqual(expect.arrayContaining(given))
  }
})

/** The schemas passed to `readEnv(…)` in the function and everything that it imports. */
async function schemasReadBy(name: string): Promise<EnvSchema[]> {
  const entryPoints = [join(root, `functions/${name}.ts`)]
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
  })
  const sources = Object.keys(metafile.inputs).map((path) => readFileSync(join(root, path), 'utf8'))
  const found = sources.flatMap((source) =>
    [...source.matchAll(/readEnv\((\w+Env)\)/g)].map(([, schema = '']) => schemas.get(schema) as EnvSchema),
  )
  return [...new Set<EnvSchema>(found)]
}

const kebabCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter, index: number) => `${index > 0 ? '-' : ''}${letter.toLowerCase()}`)
