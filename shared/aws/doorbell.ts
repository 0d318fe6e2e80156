import { randomUUID } from 'node:crypto'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Queue } from './clients.ts'

/**
 * Tells dispatch to look now; the records are the queue, the message says nothing. One message group: one dispatch at a
 * time. A fresh deduplication id: SQS would otherwise swallow every ring within five minutes of another.
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
