import { type Credentials, EndpointsEnv, formatCredentials, readEnv } from '../../shared/env.ts'
import type { Stores } from './stores.ts'

/** Where DynamoDB, SQS and S3 are, and the variables that pass it on. */
export interface StoreEndpoints {
  urls: { dynamodb: string; sqs: string; s3: string }
  /** Variables for the runner, which does not use the queue. */
  runner: Record<string, string>
  /** Additional variables for the functions. */
  functions: Record<string, string>
}

/**
 * Our own stores, except where the configuration replaces them. Each has its own credentials, so the operator's are only ever sent
 * to the operator's servers.
 */
export function storeEndpoints(configured: EndpointsEnv, stores: Stores): StoreEndpoints {
  const { AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL_S3 } = configured
  const isReplaced = AWS_ENDPOINT_URL_DYNAMODB ?? AWS_ENDPOINT_URL_SQS ?? AWS_ENDPOINT_URL_S3
  const operatorCredentials = formatCredentials({
    accessKeyId: configured.AWS_ACCESS_KEY_ID,
    secretAccessKey: configured.AWS_SECRET_ACCESS_KEY,
    ...(configured.AWS_SESSION_TOKEN ? { sessionToken: configured.AWS_SESSION_TOKEN } : {}),
  })
  const place = (url: string | undefined, ownUrl: string, own: Credentials) =>
    url ? { url, credentials: operatorCredentials } : { url: ownUrl, credentials: formatCredentials(own) }
  const dynamodb = place(AWS_ENDPOINT_URL_DYNAMODB, stores.dynamodbUrl, stores.dynamodbCredentials)
  const sqs = place(AWS_ENDPOINT_URL_SQS, stores.sqsUrl, stores.sqsCredentials)
  const s3 = place(AWS_ENDPOINT_URL_S3, stores.s3Url, stores.s3Credentials)
  return {
    urls: { dynamodb: dynamodb.url, sqs: sqs.url, s3: s3.url },
    runner: {
      AWS_REGION: (isReplaced ? configured : readEnv(EndpointsEnv, {})).AWS_REGION,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_CREDENTIALS_DYNAMODB: dynamodb.credentials,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_CREDENTIALS_S3: s3.credentials,
    },
    functions: {
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_CREDENTIALS_SQS: sqs.credentials,
      // If the operator has this set for other programs, the SDK would ignore all of these and go to AWS.
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    },
  }
}
