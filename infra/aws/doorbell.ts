import { Duration } from 'aws-cdk-lib'
import { Alarm, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { QueueEnv } from '../../shared/env.ts'
import type { Grantee, Variables } from './grantee.ts'
import type { HandlerFunction } from './handler-function.ts'

/** The FIFO queue that wakes dispatch. A lost ring costs at most a minute, since the sweeper rings too. */
export class Doorbell extends Construct {
  readonly alarms: Alarm[]
  readonly oldestRing: IMetric
  private readonly queue: Queue

  constructor(scope: Construct, id: string, { dispatch }: { dispatch: HandlerFunction }) {
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
      // Shorter than AWS's rule of thumb (six times the time-out): a ring that was received and lost blocks its whole group until then.
      visibilityTimeout: Duration.seconds(dispatch.timeoutSeconds + 30),
      // After an hour a ring is worthless.
      retentionPeriod: Duration.hours(1),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    })
    this.subscribe(dispatch)
    this.oldestRing = this.queue.metricApproximateAgeOfOldestMessage()
    this.alarms = [
      new Alarm(this, 'DeadLettersAlarm', {
        alarmDescription:
          'dispatch failed five times on the same ring. Waiting generations do not start. See the log of dispatch.',
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
      new Alarm(this, 'OldestRingAlarm', {
        alarmDescription: 'The doorbell has gone unanswered for ten minutes: dispatch is throttled or disabled.',
        metric: this.oldestRing,
        threshold: 600,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    ]
  }

  /** Lets a function ring. */
  grantTo(grantee: Grantee): void {
    const variables: Variables<typeof QueueEnv> = { QUEUE_URL: this.queue.queueUrl }
    grantee.grant(variables, new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }))
  }

  private subscribe(dispatch: HandlerFunction): void {
    const statement = new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [this.queue.queueArn],
    })
    dispatch.grant({}, statement)
    const mapping = dispatch.lambda.addEventSourceMapping('Doorbell', {
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    })
    // When the mapping is created, Lambda checks that the role may read the queue.
    mapping.node.addDependency(dispatch.lambda.role ?? dispatch.lambda)
  }
}
