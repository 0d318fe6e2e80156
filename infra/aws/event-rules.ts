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

/** The EventBridge rules: task-stopped runs when a task stops, sweep runs every minute. */
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
      reason: 'This is the dead-letter queue itself.',
    })
    const stopped = new Rule(this, 'TaskStopped', {
      description: 'A runner task has stopped',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: { clusterArn: [clusterArn], lastStatus: ['STOPPED'] },
      },
    })
    this.connect(stopped, taskStopped, { retries: 2, maxAge: Duration.hours(6) })
    const minute = new Rule(this, 'EveryMinute', {
      description: 'Runs the sweep',
      schedule: Schedule.rate(Duration.minutes(1)),
    })
    // No retries: the next sweep comes within a minute.
    this.connect(minute, sweep, { retries: 0, maxAge: Duration.minutes(1) })
    this.alarms = [
      new Alarm(this, 'DeadLettersAlarm', {
        alarmDescription:
          'An event could not be delivered, or its function failed. The sweeper settles the task within minutes.',
        metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    ]
  }

  /** Both undeliverable events (EventBridge) and failed invocations (Lambda) go to the one dead-letter queue. */
  private connect(
    rule: Rule,
    target: HandlerFunction,
    { retries, maxAge }: { retries: number; maxAge: Duration },
  ): void {
    const deadLetterQueue = this.deadLetters
    rule.addTarget(new LambdaFunction(target.lambda, { deadLetterQueue, retryAttempts: retries, maxEventAge: maxAge }))
    target.grant({}, new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] }))
    target.lambda.configureAsyncInvoke({
      retryAttempts: retries,
      maxEventAge: maxAge,
      onFailure: { bind: () => ({ destination: deadLetterQueue.queueArn }) },
    })
  }
}
