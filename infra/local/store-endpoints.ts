import { type Credentials, EndpointsEnv, formatCredentials, readEnv } from '../../shared/env.ts'
import type { Stores } from './stores.ts'

/** Where DynamoDB, SQS and S3 are, and the variables that tell it. */
export interface Places {
  urls: { dynamodb: string; sqs: string; s3: string }
  /** What the runner is told: it has no business with the queue. */
  runner: Record<string, string>
  /** What the functions are told beside that. */
  functions: Record<string, string>
}

/**
 * Our own stores, but for those that the configuration replaces. Each has its own credentials: the operator's go to the operator's
 * servers alone.
 */
export function placesOf(configured: EndpointsEnv, stores: Stores): Places {
  const { AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL_S3 } = configured
  const isReplaced = AWS_ENDPOINT_URL_DYNAMODB ?? AWS_ENDPOINT_URL_SQS ?? AWS_ENDPOINT_URL_S3
  const theirs = formatCredentials({
    accessKeyId: configured.AWS_ACCESS_KEY_ID,
    secretAccessKey: configured.AWS_SECRET_ACCESS_KEY,
    ...(configured.AWS_SESSION_TOKEN ? { sessionToken: configured.AWS_SESSION_TOKEN } : {}),
  })
  const place = (url: string | undefined, ownUrl: string, own: Credentials) =>
    url ? { url, credentials: theirs } : { url: ownUrl, credentials: formatCredentials(own) }
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
      // Set for other programs, it would lead past all these addresses, to AWS.
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    },
  }
}
