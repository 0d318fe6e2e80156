import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ECSClient } from '@aws-sdk/client-ecs'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import pRetry from 'p-retry'
import { type Credentials, readEnv, ServiceCredentialsEnv } from '../env.ts'
import { withDeadlines } from './deadline.ts'

/** The table and its client. */
export interface Table {
  client: DynamoDBDocumentClient
  name: string
}
export interface Bucket {
  client: S3Client
  name: string
}
export interface Queue {
  client: SQSClient
  url: string
}
export interface Cluster {
  client: ECSClient
  cluster: string
  taskDefinition: string
  containerName: string
  subnets: string[]
  securityGroups: string[]
  assignPublicIp: boolean
}

/** The SDK's default is no timeout at all: a stalled endpoint would hold up a request forever. */
export const requestHandler = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true }

/** Empty on AWS, where the SDK finds its own credentials. */
const credentialsFor = (service: 'DYNAMODB' | 'SQS' | 'S3' | 'ECS'): { credentials?: Credentials } => {
  const { [`AWS_CREDENTIALS_${service}` as const]: credentials } = readEnv(ServiceCredentialsEnv)
  return credentials ? { credentials } : {}
}

interface RetryOptions {
  maxAttempts?: number
  /** Retries without limit while a server reports temporary trouble, until this signal is aborted. */
  until?: AbortSignal
}

/** For callers with no client waiting: with the SDK's backoff, retries last about a minute instead of less than a second. */
export const PATIENT = { maxAttempts: 12 }

/** Backoff between unlimited retries, in milliseconds. */
const RETRY_MS = { minTimeout: 1_000, maxTimeout: 5_000 }

/** Whether the server itself reports trouble. One that does not answer may be gone for good, and gets only `maxAttempts`. */
const reportsTrouble = (error: unknown): boolean =>
  isServiceTrouble(error) && (error as SdkError).$metadata.httpStatusCode !== undefined

interface SdkError extends Error {
  $metadata: { httpStatusCode?: number }
}

/** The outermost middleware of a client: retries without limit while the server reports temporary trouble. */
const retryWhileInTrouble =
  (until: AbortSignal) =>
  <Args, Output>(next: (args: Args) => Promise<Output>) =>
  async (args: Args): Promise<Output> =>
    await pRetry(async () => await next(args), {
      ...RETRY_MS,
      retries: Number.POSITIVE_INFINITY,
      shouldRetry: ({ error }) => reportsTrouble(error) && !until.aborted,
    })

/**
 * Whether the SDK gave up because the service refused the connection, stalled, failed, throttled or denied access; false if the request
 * itself was at fault. Recognised by the retry metadata that the SDK sets on every error.
 */
export const isServiceTrouble = (error: unknown): boolean =>
  error instanceof Error &&
  '$metadata' in error &&
  (!('$fault' in error && error.$fault === 'client') || THROTTLED.test(error.name) || NOT_ALLOWED.test(error.name))

/** Throttling, which AWS services report as client errors. */
const THROTTLED = /Throttl|ThroughputExceeded|RequestLimitExceeded|TooManyRequests|SlowDown/

/** A deployment can replace a role or its policy while a task is running; a later attempt gets the new ones. */
const NOT_ALLOWED = /^(AccessDenied|ExpiredToken|InvalidAccessKeyId|InvalidClientTokenId|UnrecognizedClient|Forbidden)/

/** A plain DynamoDB client, without the document layer. */
export const openDynamoDb = (retries: Omit<RetryOptions, 'until'> = {}): DynamoDBClient =>
  new DynamoDBClient({ ...credentialsFor('DYNAMODB'), requestHandler, ...retries })

/** The table with a new client. Sends nothing yet. */
export function openTable(env: { TABLE_NAME: string }, { until, ...retries }: RetryOptions = {}): Table {
  const client = openDynamoDb(retries)
  if (until) client.middlewareStack.add(retryWhileInTrouble(until), { step: 'initialize' })
  const marshallOptions = { removeUndefinedValues: true }
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions })
  return { client: withDeadlines(documents), name: env.TABLE_NAME }
}

/** The bucket with a new client. A request may take up to a minute. */
export function openBucket(
  env: { BUCKET_NAME: string; S3_PATH_STYLE: boolean },
  { until, ...retries }: RetryOptions = {},
): Bucket {
  const client = new S3Client({
    ...credentialsFor('S3'),
    forcePathStyle: env.S3_PATH_STYLE,
    requestHandler: { ...requestHandler, requestTimeout: 60_000 },
    ...retries,
  })
  if (until) client.middlewareStack.add(retryWhileInTrouble(until), { step: 'initialize' })
  return { client: withDeadlines(client), name: env.BUCKET_NAME }
}

/** `useQueueUrlAsEndpoint: false`, because the endpoint setting must override the AWS host in the queue URL. */
export const openQueue = (env: { QUEUE_URL: string }): Queue => ({
  client: withDeadlines(new SQSClient({ ...credentialsFor('SQS'), useQueueUrlAsEndpoint: false, requestHandler })),
  url: env.QUEUE_URL,
})

/** The cluster and the task definition to run there, with a new client. */
export const openCluster = (env: {
  CLUSTER: string
  TASK_DEFINITION: string
  CONTAINER_NAME: string
  SUBNETS: string[]
  SECURITY_GROUPS: string[]
  ASSIGN_PUBLIC_IP: 'true' | 'false'
}): Cluster => ({
  client: withDeadlines(new ECSClient({ ...credentialsFor('ECS'), requestHandler })),
  cluster: env.CLUSTER,
  taskDefinition: env.TASK_DEFINITION,
  containerName: env.CONTAINER_NAME,
  subnets: env.SUBNETS,
  securityGroups: env.SECURITY_GROUPS,
  assignPublicIp: env.ASSIGN_PUBLIC_IP === 'true',
})
