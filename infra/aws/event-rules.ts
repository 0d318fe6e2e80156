import { Duration, Validations } from 'aws-cdk-lib'
import { Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { HandlerFunction } from './handler-function.ts'

export interface EventRulesProps {
  clusterArn: string
  taskStopped: HandlerFunction
  sweep: HandlerFunction
}

/** What EventBridge tells the functions: that a task has stopped, and that a minute has passed. */
export class EventRules extends Construct {
  readonly alarms: Alarm[]
  private readonly deadLetters: Queue

  constructor(scope: Construct, id: string, { clusterArn, taskStopped, sweep }: EventRulesProps) {
    super(scope, id)
    this.deadLetters = new Queue(this, 'DeadLetters', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    })
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue itself.',
    })
    const stopped = new Rule(this, 'TaskStopped', {
      description: 'A task of the runner has stopped',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: { clusterArn: [clusterArn], lastStatus: ['STOPPED'] },
      },
    })
    this.call(stopped, taskStopped, { retries: 2, maxAge: Duration.hours(6) })
    const minute = new Rule(this, 'EveryMinute', {
      description: 'Time to sweep',
      schedule: Schedule.rate(Duration.minutes(1)),
    })
    // The next minute brings the next sweep: one that failed is not worth another try.
    this.call(minute, sweep, { retries: 0, maxAge: Duration.minutes(1) })
    this.alarms = [
      new Alarm(this, 'DeadLettersAlarm', {
        alarmDescription:
          'An event reached no function, or its function failed. The sweeper settles what it told within minutes.',
        metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    ]
  }

  /** EventBridge keeps what it cannot deliver, and Lambda what the function fails on, in the same queue. */
  private call(rule: Rule, target: HandlerFunction, { retries, maxAge }: { retries: number; maxAge: Duration }): void {
    const deadLetterQueue = this.deadLetters
    rule.addTarget(new LambdaFunction(target.lambda, { deadLetterQueue, retryAttempts: retries, maxEventAge: maxAge }))
    target.give({}, new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] }))
    target.lambda.configureAsyncInvoke({
      retryAttempts: retries,
      maxEventAge: maxAge,
      onFailure: { bind: () => ({ destination: deadLetterQueue.queueArn }) },
    })
  }
}
