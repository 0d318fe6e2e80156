import { expect, test } from 'vitest'
import type { z } from 'zod'
import type { FunctionName } from '../../infra/aws/functions.ts'
import {
  BucketEnv,
  CredentialsEnv,
  DefaultsEnv,
  GuardEnv,
  LimitsEnv,
  LogEnv,
  QueueEnv,
  readEnv,
  TableEnv,
  TasksEnv,
} from '../../shared/env.ts'
import { resolvedVariables } from '../support/stack-environment.ts'
import { makeTemplate, resourcesOf } from '../support/stack-template.ts'

type EnvSchema = z.ZodObject | typeof CredentialsEnv

const reads: Record<FunctionName, EnvSchema[]> = {
  generate: [LogEnv, CredentialsEnv, TableEnv, QueueEnv, DefaultsEnv, GuardEnv],
  abort: [LogEnv, CredentialsEnv, TableEnv, TasksEnv],
  delete: [LogEnv, CredentialsEnv, TableEnv, BucketEnv],
  projects: [LogEnv, CredentialsEnv, TableEnv, BucketEnv],
  docs: [LogEnv, CredentialsEnv, TableEnv, BucketEnv],
  session: [LogEnv, CredentialsEnv, TableEnv, DefaultsEnv],
  admin: [LogEnv, CredentialsEnv, TableEnv],
  dispatch: [LogEnv, TableEnv, QueueEnv, TasksEnv, LimitsEnv],
  'task-stopped': [LogEnv, TableEnv, QueueEnv],
  sweep: [LogEnv, TableEnv, BucketEnv, QueueEnv, TasksEnv],
}

const settings = {
  LOG_LEVEL: 'debug',
  AI_PROVIDER: 'gemini',
  AI_MODEL: 'gemini-3-pro',
  AI_MODELS: 'claude/opus,gemini/flash',
  AI_CLI_TIMEOUT: '90',
  ALLOWED_PRIVATE_HOSTS: 'git.example.com:8443',
  MAX_ACTIVE_TASKS: '6',
  MAX_ACTIVE_PER_OWNER: '2',
  GENERATION_TIMEOUT: '120',
}

test.each([['defaults', {}], ['every setting given', settings]])(
  'each-function-is-told-exactly-what-it-reads: %s',
  (_, contexts: Record<string, string>) => {
    const functions = resourcesOf(makeTemplate(contexts), 'AWS::Lambda::Function')
    expect(functions).toHaveLength(Object.keys(reads).length)
    for (const [name, schemas] of Object.entries(reads)) {
      const found = functions.find(({ id }) => id.toLowerCase().startsWith(`functions${name.replace('-', '')}function`))
      const declared = resolvedVariables(found?.properties.Environment?.Variables)
      for (const schema of schemas) expect(() => readEnv(schema, declared), name).not.toThrow()
      const known = schemas.flatMap((schema) => Object.keys(schema.shape))
      expect(Object.keys(declared).filter((variable) => !known.includes(variable)), name).toEqual([])
      const given = Object.keys(contexts).filter((variable) => known.includes(variable))
      expect(Object.keys(declared), name).toEqual(expect.arrayContaining(given))
    }
  },
  60_000,
)
