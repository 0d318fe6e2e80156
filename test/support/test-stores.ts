import { type Stores, startStores } from '../../infra/local/stores.ts'
import type { Bucket, Table } from '../../shared/aws/clients.ts'
import { openBucket, openTable } from '../../shared/aws/clients.ts'
import { provideEnv } from '../../shared/env.ts'
import { givenStores } from './given-stores.ts'

/** What servers of tests take: what the service sends to servers that its configuration names, unless told otherwise. */
export const testKeys = { accessKeyId: 'local', secretAccessKey: 'local' } as const

/** The header by which a server knows credentials. */
export const signedBy = ({ accessKeyId }: { accessKeyId: string }): string =>
  `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/any/aws4_request, SignedHeaders=host, Signature=0`

/** Stores in this process, for a service to use instead of its own, which nobody else can ask. */
export interface TestStores extends AsyncDisposable {
  /** Of that service. */
  env: Record<string, string>
  table: Table
  bucket: Bucket
}

export async function openTestStores(dataDir: string): Promise<TestStores> {
  const stores = await startTestStores(dataDir)
  const env = envOf(stores)
  provideEnv(env)
  return {
    env,
    table: openTable({ TABLE_NAME: 'docsfy' }),
    bucket: openBucket({ BUCKET_NAME: 'docsfy', S3_PATH_STYLE: true }),
    [Symbol.asyncDispose]: () => stores.close(),
  }
}

/** What tells a process of these stores. */
export const envOf = ({ dynamodbUrl, sqsUrl, s3Url }: Pick<Stores, 'dynamodbUrl' | 'sqsUrl' | 's3Url'>) => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: testKeys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: testKeys.secretAccessKey,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodbUrl,
  AWS_ENDPOINT_URL_SQS: sqsUrl,
  AWS_ENDPOINT_URL_S3: s3Url,
})

/** Starts stores, some of which other servers may replace. */
export const startTestStores = async (dataDir: string): Promise<Stores> => ({
  ...(await startStores({ dataDir, host: '127.0.0.1', credentials: testKeys })),
  ...givenStores(),
})
