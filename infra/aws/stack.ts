import { CfnOutput, Stack } from 'aws-cdk-lib'
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { sshPortsIn } from '../../shared/ssh-access.ts'
import { Api } from './api.ts'
import type { Contexts } from './contexts.ts'
import { Credentials } from './credentials.ts'
import { Edge } from './edge.ts'
import { EdgeKey } from './edge-key.ts'
import { EventRules } from './event-rules.ts'
import { Functions } from './functions.ts'
import { Network } from './network.ts'
import { Operations } from './operations.ts'
import { RunnerTask } from './runner-task.ts'
import { SitesBucket } from './sites-bucket.ts'
import { VariantTable } from './table.ts'
import { Tasks } from './tasks.ts'

/** docsfy on AWS. Environment-agnostic: synthesises offline, deploys to the account and region of the credentials. */
export class DocsfyStack extends Stack {
  constructor(scope: Construct, { choices, settings }: Contexts) {
    super(scope, choices.namePrefix, { description: 'docsfy: documentation sites from git repositories' })
    const logRetentionDays: RetentionDays = choices.logRetentionDays
    const table = new VariantTable(this, 'Variants', choices)
    const bucket = new SitesBucket(this, 'Sites', choices)
    const credentials = new Credentials(this, 'Credentials', choices)
    // Only for git over SSH, which needs known hosts.
    const sshPorts = sshPortsIn(settings.runner.GIT_SSH_KNOWN_HOSTS ?? '')
    const network = new Network(this, 'Network', {
      ...choices,
      egressPorts: [...new Set([...choices.egressPorts, ...sshPorts])],
    })
    const runner = new RunnerTask(this, 'Runner', { choices, logRetentionDays, credentials, settings: settings.runner })
    table.grantTo(runner, {
      get: ['variant', 'cost', 'spending', 'pageCosts'],
      put: ['cleanup', 'cost', 'pageCosts', 'change', 'known', 'knownFrom', 'knownDue'],
      update: ['variant', 'spending'],
    })
    bucket.grantTo(runner, 'read', 'write', 'list')
    const tasks = new Tasks(this, 'Tasks', { network, runner, spot: choices.spot })
    const functions = new Functions(this, 'Functions', {
      table,
      bucket,
      credentials,
      tasks,
      settings,
      logRetentionDays,
      reserveConcurrency: choices.reserveConcurrency,
      edge: choices.edge,
    })
    const { 'task-stopped': taskStopped, sweep } = functions.all
    const rules = new EventRules(this, 'Events', { clusterArn: tasks.clusterArn, taskStopped, sweep })
    const edgeKey = choices.edge ? new EdgeKey(this, `EdgeKey${choices.edgeKeyVersion}`) : undefined
    const api = new Api(this, 'Api', { choices, functions: functions.all, logRetentionDays, edgeKey })
    const edge = edgeKey && new Edge(this, 'Edge', { restApi: api.restApi, key: edgeKey }, choices)
    const operations = new Operations(this, 'Operations', {
      name: choices.namePrefix,
      alarms: [...table.alarms, ...functions.alarms, ...rules.alarms, ...api.alarms],
      alarmEmail: choices.alarmEmail,
      graphs: {
        Requests: [api.restApi.metricCount(), api.restApi.metricClientError(), api.restApi.metricServerError()],
        'Age of the oldest ring (s)': [functions.doorbell.oldestRing],
        'Throttled by DynamoDB': [table.throttles],
      },
      runnerLogGroup: runner.log.logGroupName,
    })
    this.setBoundary(choices.permissionsBoundary)
    this.output({
      Address: edge?.address ?? addressOf(api, choices.domainName),
      ...(edge?.sitesAddress ? { SitesAddress: edge.sitesAddress } : {}),
      CredentialsArn: credentials.secretArn,
      AdminKeyCommand: `aws secretsmanager get-secret-value --secret-id ${credentials.secretArn} --query SecretString --output text`,
      DashboardUrl: operations.dashboardUrl,
    })
  }

  private setBoundary(arn: string | undefined): void {
    if (arn) PermissionsBoundary.of(this).apply(ManagedPolicy.fromManagedPolicyArn(this, 'Boundary', arn))
  }

  private output(values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value })
  }
}

const addressOf = ({ restApi }: Api, domainName: string | undefined): string =>
  domainName ? `https://${domainName}` : restApi.url.replace(/\/$/, '')
