import { randomUUID } from 'node:crypto'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Queue } from './clients.ts'

/**
 * Wakes dispatch. The message carries no data: the queue is in the table. A single message group means one dispatch at a time. The
 * deduplication ID is random, because SQS would otherwise drop any ring within five minutes of another.
 */
export async function ring(queue: Queue): Promise<void> {
  await queue.client.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: '{}',
      MessageGroupId: 'doorbell',
      MessageDeduplicationId: randomUUID(),
    }),
  )
}
