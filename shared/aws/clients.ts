import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ECSClient } from '@aws-sdk/client-ecs'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import pRetry from 'p-retry'
import { type Credentials, readEnv, ServiceCredentialsEnv } from '../env.ts'
import { keepingDeadlines } from './deadline.ts'

/** One table, by the client that speaks to it. */
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

/** A stalled endpoint must not hold a request for the SDK's default, which is no limit at all. */
export const requestHandler = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true }

/** Undefined where the SDK is to look for its own: on AWS. */
const credentialsFor = (service: 'DYNAMODB' | 'SQS' | 'S3' | 'ECS'): { credentials?: Credentials } => {
  const { [`AWS_CREDENTIALS_${service}` as const]: credentials } = readEnv(ServiceCredentialsEnv)
  return credentials ? { credentials } : {}
}

interface Patience {
  maxAttempts?: number
  /** Until it is aborted, a server that answers that it cannot for now is asked again, for as long as that takes. */
  until?: AbortSignal
}

/** For callers with no client waiting: with the SDK's back-off these take about a minute, instead of less than a second. */
export const PATIENT = { maxAttempts: 12 }

/** Milliseconds between two looks at a server that cannot for now: from, up to. */
const OUTLAST_MS = { minTimeout: 1_000, maxTimeout: 5_000 }

/** A server that does not answer at all may be gone for good: that takes only the attempts of {@link Patience}. */
const answersInTrouble = (error: unknown): boolean =>
  isServiceTrouble(error) && (error as SdkError).$metadata.httpStatusCode !== undefined

interface SdkError extends Error {
  $metadata: { httpStatusCode?: number }
}

/** The outermost middleware of a client: asks again and again while the server is in trouble. */
const outlastTrouble =
  (until: AbortSignal) =>
  <Args, Output>(next: (args: Args) => Promise<Output>) =>
  async (args: Args): Promise<Output> =>
    await pRetry(async () => await next(args), {
      ...OUTLAST_MS,
      retries: Number.POSITIVE_INFINITY,
      shouldRetry: ({ error }) => answersInTrouble(error) && !until.aborted,
    })

/**
 * Whether the SDK gave up on a server that refuses, stalls, fails or wants less to do, or that lets us do nothing just now; not when the
 * server found fault with the request itself. The SDK notes on every error how often it had tried.
 */
export const isServiceTrouble = (error: unknown): boolean =>
  error instanceof Error &&
  '$metadata' in error &&
  (!('$fault' in error && error.$fault === 'client') || THROTTLED.test(error.name) || NOT_ALLOWED.test(error.name))

/** What AWS's services call it, and report as the client's fault. */
const THROTTLED = /Throttl|ThroughputExceeded|RequestLimitExceeded|TooManyRequests|SlowDown/

/** A deployment replaces a role or its policy while a task works; a later attempt has the new ones. */
const NOT_ALLOWED = /^(AccessDenied|ExpiredToken|InvalidAccessKeyId|InvalidClientTokenId|UnrecognizedClient|Forbidden)/

/** A client of DynamoDB's own operations. */
export const openDynamoDb = (patience: Omit<Patience, 'until'> = {}): DynamoDBClient =>
  new DynamoDBClient({ ...credentialsFor('DYNAMODB'), requestHandler, ...patience })

/** The table, by a client of its own; nothing is sent yet. */
export function openTable(env: { TABLE_NAME: string }, { until, ...patience }: Patience = {}): Table {
  const client = openDynamoDb(patience)
  if (until) client.middlewareStack.add(outlastTrouble(until), { step: 'initialize' })
  const marshallOptions = { removeUndefinedValues: true }
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions })
  return { client: keepingDeadlines(documents), name: env.TABLE_NAME }
}

/** The bucket, by a client of its own; objects may take a minute each. */
export function openBucket(
  env: { BUCKET_NAME: string; S3_PATH_STYLE: boolean },
  { until, ...patience }: Patience = {},
): Bucket {
  const client = new S3Client({
    ...credentialsFor('S3'),
    forcePathStyle: env.S3_PATH_STYLE,
    requestHandler: { ...requestHandler, requestTimeout: 60_000 },
    ...patience,
  })
  if (until) client.middlewareStack.add(outlastTrouble(until), { step: 'initialize' })
  return { client: keepingDeadlines(client), name: env.BUCKET_NAME }
}

/** `useQueueUrlAsEndpoint: false`: a queue's address names a host of AWS, which another endpoint must be able to replace. */
export const openQueue = (env: { QUEUE_URL: string }): Queue => ({
  client: keepingDeadlines(new SQSClient({ ...credentialsFor('SQS'), useQueueUrlAsEndpoint: false, requestHandler })),
  url: env.QUEUE_URL,
})

/** The cluster and what is started there, by a client of its own. */
export const openCluster = (env: {
  CLUSTER: string
  TASK_DEFINITION: string
  CONTAINER_NAME: string
  SUBNETS: string[]
  SECURITY_GROUPS: string[]
  ASSIGN_PUBLIC_IP: 'true' | 'false'
}): Cluster => ({
  client: keepingDeadlines(new ECSClient({ ...credentialsFor('ECS'), requestHandler })),
  cluster: env.CLUSTER,
  taskDefinition: env.TASK_DEFINITION,
  containerName: env.CONTAINER_NAME,
  subnets: env.SUBNETS,
  securityGroups: env.SECURITY_GROUPS,
  assignPublicIp: env.ASSIGN_PUBLIC_IP === 'true',
})
