import { Duration } from 'aws-cdk-lib'
import { Alarm, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { QueueEnv } from '../../shared/env.ts'
import type { Grantee, Variables } from './grantee.ts'
import type { HandlerFunction } from './handler-function.ts'

/** The FIFO queue that tells dispatch to look. A ring that is lost costs a minute, since the sweeper rings too. */
export class Doorbell extends Construct {
  readonly alarms: Alarm[]
  readonly oldestRing: IMetric
  private readonly queue: Queue

  constructor(scope: Construct, id: string, { rings }: { rings: HandlerFunction }) {
    super(scope, id)
    const deadLetters = new Queue(this, 'DeadLetters', {
      fifo: true,
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    })
    this.queue = new Queue(this, 'Queue', {
      fifo: true,
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      // Not AWS's rule of thumb (six times as long): a ring that is received and lost holds back all others of the group.
      visibilityTimeout: Duration.seconds(rings.timeoutSeconds + 30),
      // A ring has nothing to say an hour later.
      retentionPeriod: Duration.hours(1),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    })
    this.wake(rings)
    this.oldestRing = this.queue.metricApproximateAgeOfOldestMessage()
    this.alarms = [
      new Alarm(this, 'DeadLettersAlarm', {
        alarmDescription:
          'dispatch failed five times on the same ring: its log says why. Waiting generations do not start.',
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
      new Alarm(this, 'OldestRingAlarm', {
        alarmDescription: 'Nobody has answered the doorbell for ten minutes: dispatch is throttled or switched off.',
        metric: this.oldestRing,
        threshold: 600,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    ]
  }

  /** The right to ring. */
  grantTo(grantee: Grantee): void {
    const variables: Variables<typeof QueueEnv> = { QUEUE_URL: this.queue.queueUrl }
    grantee.give(variables, new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }))
  }

  private wake(rings: HandlerFunction): void {
    const statement = new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [this.queue.queueArn],
    })
    rings.give({}, statement)
    const mapping = rings.lambda.addEventSourceMapping('Doorbell', {
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    })
    // Lambda checks at its creation that the role may read the queue.
    mapping.node.addDependency(rings.lambda.role ?? rings.lambda)
  }
}
