import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Template } from 'aws-cdk-lib/assertions'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createResources } from '../../infra/local/resources.ts'
import type { Stores } from '../../infra/local/stores.ts'
import { provideEnv } from '../../shared/env.ts'
import { formatLease } from '../../shared/generation.ts'
import { resolvedVariables } from '../support/stack-environment.ts'
import { makeStack, type Resource, resourcesOf } from '../support/stack-template.ts'
import { envOf, startTestStores } from '../support/test-stores.ts'

/** Maximum bytes of a function's code. Every cold start reads all of it. */
const LARGEST_BUNDLE = 900_000

const runtime = fileURLToPath(new URL('../support/lambda-runtime.mjs', import.meta.url))
let functions: Resource[]
let assets: string
let folder: string
let stores: Stores
/** Variables that Lambda adds to the declared ones, and the addresses of the stores. */
let around: Record<string, string>
let durable: Record<string, string>

beforeAll(async () => {
  const { app, stack } = makeStack({}, { bundling: true })
  functions = resourcesOf(Template.fromStack(stack), 'AWS::Lambda::Function')
  assets = app.outdir
  folder = await mkdtemp(join(tmpdir(), 'docsfy-bundles-'))
  stores = await startTestStores(folder)
  around = envOf(stores)
  provideEnv(around)
  const { queueUrl } = await createResources({ table: 'docsfy', bucket: 'docsfy', queue: 'docsfy.fifo' })
  durable = { TABLE_NAME: 'docsfy', BUCKET_NAME: 'docsfy', S3_PATH_STYLE: 'true', QUEUE_URL: queueUrl }
})

afterAll(async () => {
  await stores?.close()
  for (const path of [folder, assets]) if (path) await rm(path, { recursive: true, force: true })
})

const request = (method: string, path: string) => ({
  httpMethod: method,
  path,
  headers: {},
  queryStringParameters: null,
  body: null,
  isBase64Encoded: false,
  requestContext: { requestId: 'request', identity: { sourceIp: '127.0.0.1' } },
})
const stopped = {
  lastStatus: 'STOPPED',
  startedBy: formatLease({ key: 'a'.repeat(64), generationId: randomUUID(), attempt: 1 }),
}

const cases: [name: string, event: object, answer: object | null][] = [
  ['session', request('GET', '/health'), { statusCode: 200, body: '{"status":"ok"}' }],
  ['session', request('GET', '/api/models'), { statusCode: 200 }],
  ['session', request('GET', '/api/auth/me'), { statusCode: 401 }],
  ['generate', request('POST', '/api/generate'), { statusCode: 401 }],
  ['abort', request('POST', '/api/projects/a/abort'), { statusCode: 401 }],
  ['delete', request('DELETE', '/api/projects/a'), { statusCode: 401 }],
  ['projects', request('GET', '/api/projects'), { statusCode: 401, body: '{"detail":"Unauthorized"}' }],
  ['docs', request('GET', '/docs/a'), { statusCode: 401, body: '{"detail":"Unauthorized"}' }],
  ['admin', request('GET', '/api/admin/users'), { statusCode: 401 }],
  ['dispatch', { Records: [] }, { batchItemFailures: [] }],
  ['sweep', {}, null],
  ['taskstopped', { detail: stopped }, null],
]

test.each(cases)(
  'the bundle of %s starts with only its declared variables and responds',
  async (name, event, answer) => {
    const { path, variables } = bundleOf(name)
    const held = Object.fromEntries(Object.entries(durable).filter(([variable]) => variable in variables))
    const { stdout } = await execa(process.execPath, [runtime, JSON.stringify(event)], {
      cwd: path,
      extendEnv: false,
      env: { ...variables, ...held, ...around },
      timeout: 60_000,
    })
    const given = JSON.parse(stdout.slice(stdout.lastIndexOf('\n')))
    if (answer === null) expect(given).toBeNull()
    else expect(given).toMatchObject(answer)
  },
)

test('no bundle exceeds the size limit', async () => {
  for (const name of new Set(cases.map(([each]) => each))) {
    expect((await stat(join(bundleOf(name).path, 'index.mjs'))).size, name).toBeLessThan(LARGEST_BUNDLE)
  }
})

/** AWS clients, each with a text that appears only in its code. */
const clients = {
  dynamodb: 'DynamoDB_20120810',
  s3: 'x-id=GetObject',
  sqs: 'AmazonSQS',
  ecs: 'AmazonEC2ContainerServiceV20141113',
  'secrets-manager': 'secretsmanager',
}
const uses: Record<string, (keyof typeof clients)[]> = {
  session: ['dynamodb', 'secrets-manager'],
  generate: ['dynamodb', 'secrets-manager', 'sqs'],
  abort: ['dynamodb', 'secrets-manager', 'sqs', 'ecs'],
  delete: ['dynamodb', 'secrets-manager', 's3'],
  projects: ['dynamodb', 'secrets-manager', 's3'],
  docs: ['dynamodb', 'secrets-manager', 's3'],
  admin: ['dynamodb', 'secrets-manager', 'sqs', 's3'],
  dispatch: ['dynamodb', 'sqs', 'ecs'],
  sweep: ['dynamodb', 'sqs', 'ecs', 's3'],
  taskstopped: ['dynamodb', 'sqs'],
}

test.each(Object.entries(uses))('the bundle of %s contains only the AWS clients that it uses', async (name, used) => {
  const code = await readFile(join(bundleOf(name).path, 'index.mjs'), 'utf8')
  const found = Object.entries(clients).filter(([, mark]) => code.includes(mark))
  expect(found.map(([client]) => client).toSorted()).toEqual(used.toSorted())
})

function bundleOf(name: string): { path: string; variables: Record<string, string> } {
  const found = functions.find(({ id }) => id.toLowerCase().startsWith(`functions${name}function`))
  const key: string = found?.properties.Code.S3Key
  const variables = resolvedVariables(found?.properties.Environment?.Variables)
  return { path: join(assets, `asset.${key.replace('.zip', '')}`), variables }
}
