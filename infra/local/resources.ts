import { BucketAlreadyOwnedByYou, CreateBucketCommand } from '@aws-sdk/client-s3'
import {
  CreateQueueCommand,
  PurgeQueueCommand,
  PurgeQueueInProgress,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'
import { openBucket, openQueue } from '../../shared/aws/clients.ts'
import { createTable } from './table.ts'

/** Time-out of the function behind the queue. */
export const DISPATCH_TIMEOUT_SECONDS = 60

/** A ring that was received and lost blocks the others until this has passed, so it is only a little longer than the time-out. */
const VISIBILITY_TIMEOUT_SECONDS = DISPATCH_TIMEOUT_SECONDS + 30

/**
 * Creates the table, bucket and queue that the stack creates on AWS, where missing, and empties the queue. Endpoints and
 * credentials come from the environment.
 */
export async function createResources(names: {
  table: string
  bucket: string
  queue: string
}): Promise<{ queueUrl: string }> {
  await Promise.all([createTable(names.table), createBucket(names.bucket)])
  return { queueUrl: await createQueue(names.queue) }
}

async function createBucket(name: string): Promise<void> {
  const { client } = openBucket({ BUCKET_NAME: name, S3_PATH_STYLE: true })
  await client.send(new CreateBucketCommand({ Bucket: name })).catch(ignoring(BucketAlreadyOwnedByYou))
}

async function createQueue(name: string): Promise<string> {
  const { client } = openQueue({ QUEUE_URL: '' })
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: { FifoQueue: 'true' } }))
  if (!QueueUrl) throw new Error('CreateQueue returned no URL')
  // Set afterwards: CreateQueue fails if a queue exists with other attributes.
  const Attributes = { VisibilityTimeout: String(VISIBILITY_TIMEOUT_SECONDS) }
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))
  // A ring that was being handled when an earlier process was killed would block all others until its time-out. Nothing is lost:
  // the records are the queue, and the sweep at start-up rings.
  await client.send(new PurgeQueueCommand({ QueueUrl })).catch(ignoring(PurgeQueueInProgress))
  return QueueUrl
}

const ignoring =
  (expected: new (...args: never[]) => Error) =>
  (error: unknown): void => {
    if (!(error instanceof expected)) throw error
  }
