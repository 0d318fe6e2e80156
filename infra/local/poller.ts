import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import pRetry from 'p-retry'
import { createLog, type Log } from '../../shared/log.ts'
import { invoke, type LambdaHandler, lambdaContext, withTimeout } from './lambda.ts'
import { sqsRecord } from './sqs-record.ts'

export interface PollerOptions {
  /** Built with `useQueueUrlAsEndpoint: false`. */
  client: SQSClient
  queueUrl: string
  /** 1 to 10. */
  batchSize: number
  handler: LambdaHandler
  /** A batch that takes longer counts as failed. */
  functionTimeoutSeconds: number
  /** Long polling: how long the queue waits for messages. `close` may take as long. */
  waitTimeSeconds?: number
  log?: Log
}

const maxBackoffMilliseconds = 5000

/**
 * Emulates Lambda's event source mapping for a FIFO queue with ReportBatchItemFailures. It handles one batch at a time and deletes
 * the messages that the handler did not report as failed; those come back after the queue's visibility timeout.
 * It retries a failing queue with back-off, at most five seconds apart.
 * `close` waits for the current batch and takes no further one.
 */
export function startPoller(options: PollerOptions): { close(): Promise<void> } {
  const poller = { waitTimeSeconds: 2, log: createLog({ level: 'info' }), ...options }
  const stopping = new AbortController()
  const ended = pollUntil(stopping.signal, poller)
  return {
    async close() {
      stopping.abort()
      await ended
    },
  }
}

type Poller = Required<PollerOptions>

async function pollUntil(stopping: AbortSignal, poller: Poller): Promise<void> {
  let queueArn: string | undefined
  let failures = 0
  while (!stopping.aborted) {
    try {
      queueArn ??= await arnOf(poller)
      const messages = await receive(poller)
      failures = 0
      if (messages.length > 0) await work(poller, messages, queueArn, stopping)
    } catch (error) {
      if (failures++ === 0) poller.log.warn('The queue does not respond; retrying', { queue: poller.queueUrl, error })
      const backoff = Math.min(100 * 2 ** failures, maxBackoffMilliseconds)
      await delay(backoff, undefined, { signal: stopping }).catch(() => {})
    }
  }
}

async function arnOf({ client, queueUrl }: Poller): Promise<string> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  )
  return Attributes?.QueueArn ?? ''
}

/** Never aborted: the queue would send messages to a closed connection, then hide them until their visibility timeout. */
async function receive({ client, queueUrl, batchSize, waitTimeSeconds }: Poller): Promise<Message[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: waitTimeSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  )
  return Messages
}

async function work(poller: Poller, messages: Message[], queueArn: string, stopping: AbortSignal): Promise<void> {
  const event: SQSEvent = { Records: messages.map((message) => sqsRecord(message, queueArn)) }
  const failed = await failedIds(poller, event)
  const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId))
  if (done.length === 0) return
  const { client, queueUrl, functionTimeoutSeconds } = poller
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
  // Retry until it succeeds: an undeleted message blocks its group until the visibility timeout.
  await pRetry(async () => await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries })), {
    shouldRetry: () => !stopping.aborted,
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 100,
    maxTimeout: maxBackoffMilliseconds,
    maxRetryTime: functionTimeoutSeconds * 1_000,
  })
}

/** Ids of the messages to deliver again; all of them if the handler threw or returned an invalid response. */
async function failedIds({ handler, functionTimeoutSeconds, log }: Poller, event: SQSEvent): Promise<Set<string>> {
  const all = new Set(event.Records.map(({ messageId }) => messageId))
  const context = lambdaContext(handler.name || 'queue', randomUUID(), functionTimeoutSeconds)
  try {
    const answer = await withTimeout(functionTimeoutSeconds, invoke(handler, event, context))
    const ids = ((answer as SQSBatchResponse | null)?.batchItemFailures ?? []).map(({ itemIdentifier: id }) => id)
    if (ids.every((id) => all.has(id))) return new Set(ids)
    log.error('The function named messages that were not in its batch', { request_id: context.awsRequestId, ids })
  } catch (error) {
    log.error('The function failed', { request_id: context.awsRequestId, error })
  }
  return all
}
