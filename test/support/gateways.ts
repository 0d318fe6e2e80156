import { type ChildProcess, spawn } from 'node:child_process'
import { createResources } from '../../infra/local/resources.ts'
import { type Bucket, openBucket, openTable, type Table } from '../../shared/aws/clients.ts'
import { provideEnv } from '../../shared/env.ts'
import { outputOf } from './child-output.ts'
import { compileCache } from './compile-cache.ts'
import { root, temporaryFolder } from './service-process.ts'
import { envOf, startTestStores } from './test-stores.ts'

/** The API over stores of its own, without anything that would run a generation, and the doors to what it stores. */
export interface Gateways extends AsyncDisposable {
  urls: string[]
  adminKey: string
  table: Table
  bucket: Bucket
  /** Where the stores themselves answer, whatever `env` says. */
  stores: { dynamodbUrl: string; sqsUrl: string; s3Url: string }
}

const adminKey = 'an-admin-key-for-tests'

/** @param count - how many processes answer; `env` - of these processes alone */
export async function startGateways(count = 1, env: Record<string, string> = {}): Promise<Gateways> {
  const folder = await temporaryFolder('gateways')
  const stores = await startTestStores(folder.path)
  const environment = {
    ...envOf(stores),
    TABLE_NAME: 'docsfy',
    BUCKET_NAME: 'docsfy',
    S3_PATH_STYLE: 'true',
    ADMIN_KEY: adminKey,
    KEY_PEPPER: 'a-pepper-for-tests-only',
    // Nobody is there: no task is ever started, so none is asked about.
    AWS_ENDPOINT_URL_ECS: 'http://127.0.0.1:9',
    CLUSTER: 'none',
    TASK_DEFINITION: 'none',
    CONTAINER_NAME: 'none',
    DASHBOARD_DIR: `${root}web/dist`,
    LOG_LEVEL: 'error',
  }
  provideEnv(environment)
  const { queueUrl } = await createResources({ table: 'docsfy', bucket: 'docsfy', queue: 'doorbell.fifo' })
  const started = await Promise.all(
    Array.from({ length: count }, () => startProcess({ ...environment, QUEUE_URL: queueUrl, ...env })),
  )
  return {
    urls: started.map(({ url }) => url),
    adminKey,
    table: openTable({ TABLE_NAME: 'docsfy' }),
    bucket: openBucket({ BUCKET_NAME: 'docsfy', S3_PATH_STYLE: true }),
    stores,
    [Symbol.asyncDispose]: async () => {
      for (const { child } of started) child.kill()
      await stores.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function startProcess(env: Record<string, string>): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [`${root}test/support/gateway-process.ts`], {
    env: { PATH: process.env.PATH, ...compileCache, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { url: await outputOf('a gateway', child).said(/^http\S+$/m), child }
}
