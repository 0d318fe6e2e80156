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
import { before, invoke, type LambdaHandler, lambdaContext } from './lambda.ts'
import { sqsRecord } from './sqs-record.ts'

export interface PollerOptions {
  /** Built with `useQueueUrlAsEndpoint: false`. */
  client: SQSClient
  queueUrl: string
  /** 1 to 10. */
  batchSize: number
  handler: LambdaHandler
  /** A batch that takes longer has failed. */
  functionTimeoutSeconds: number
  /** How long the queue holds an empty answer back; `close` may take as long. */
  waitTimeSeconds?: number
  log?: Log
}

const maxBackoffMilliseconds = 5000

/**
 * Plays Lambda's event source mapping on a FIFO queue, with ReportBatchItemFailures: one batch at a time, and what the
 * handler did not fail is deleted. The rest comes again when the queue's visibility timeout is over.
 * A queue that refuses or fails is asked again, ever slower, at most five seconds apart.
 * `close` waits for the batch in work and takes no further one.
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
      if (failures++ === 0) poller.log.warn('The queue does not answer, trying on', { queue: poller.queueUrl, error })
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

/** Never aborted: the queue would hand messages to a connection that is gone, and hide them until their timeout. */
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
  // Until it is done: what is not deleted holds back its whole group until the visibility timeout.
  await pRetry(async () => await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries })), {
    shouldRetry: () => !stopping.aborted,
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 100,
    maxTimeout: maxBackoffMilliseconds,
    maxRetryTime: functionTimeoutSeconds * 1_000,
  })
}

/** Ids of the messages that shall come again; all of them where the handler threw or answered nonsense. */
async function failedIds({ handler, functionTimeoutSeconds, log }: Poller, event: SQSEvent): Promise<Set<string>> {
  const all = new Set(event.Records.map(({ messageId }) => messageId))
  const context = lambdaContext(handler.name || 'queue', randomUUID(), functionTimeoutSeconds)
  try {
    const answer = await before(functionTimeoutSeconds, invoke(handler, event, context))
    const ids = ((answer as SQSBatchResponse | null)?.batchItemFailures ?? []).map(({ itemIdentifier: id }) => id)
    if (ids.every((id) => all.has(id))) return new Set(ids)
    log.error('The function named messages that were not in its batch', { request_id: context.awsRequestId, ids })
  } catch (error) {
    log.error('The function failed', { request_id: context.awsRequestId, error })
  }
  return all
}
