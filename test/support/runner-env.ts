import { RunnerEnv, readEnv } from '../../shared/env.ts'

/** The environment of a runner that only asks an AI CLI. */
export const runnerEnv = (variables: Record<string, string> = {}): RunnerEnv =>
  readEnv(RunnerEnv, {
    TABLE_NAME: 'docsfy',
    BUCKET_NAME: 'docsfy',
    VARIANT_KEY: 'a',
    GENERATION_ID: '00000000-0000-4000-8000-000000000000',
    ATTEMPT: '1',
    ECS_CONTAINER_METADATA_URI_V4: 'http://127.0.0.1:1',
    PATH: process.env.PATH,
    ...variables,
  })
