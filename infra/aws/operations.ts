import { Stack } from 'aws-cdk-lib'
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'

export interface OperationsProps {
  name: string
  alarms: Alarm[]
  alarmEmail: string | undefined
  graphs: Record<string, IMetric[]>
  runnerLogGroup: string
}

/** The operator's dashboard, and alarms by e-mail. */
export class Operations extends Construct {
  readonly dashboardUrl: string

  constructor(scope: Construct, id: string, { name, alarms, alarmEmail, graphs, runnerLogGroup }: OperationsProps) {
    super(scope, id)
    if (alarmEmail) this.notify(alarms, alarmEmail)
    const { region } = Stack.of(this)
    // Unlike the other names, a dashboard's must be unique across all regions of an account.
    const dashboardName = `${name}-${region}`
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName })
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24 }))
    dashboard.addWidgets(...Object.entries(graphs).map(([title, left]) => new GraphWidget({ title, left, width: 8 })))
    dashboard.addWidgets(
      new LogQueryWidget({
        title: 'Warnings and errors in tasks',
        logGroupNames: [runnerLogGroup],
        queryLines: [
          "filter level in ['warn', 'error']",
          'fields @timestamp, message',
          'sort @timestamp desc',
          'limit 50',
        ],
        width: 24,
      }),
    )
    this.dashboardUrl = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`
  }

  private notify(alarms: Alarm[], alarmEmail: string): void {
    const topic = new Topic(this, 'Alarms', { enforceSSL: true })
    topic.addSubscription(new EmailSubscription(alarmEmail))
    // A topic with its own policy loses the default one, which lets the whole account publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
    for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(topic))
  }
}
