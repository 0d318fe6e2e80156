import { Stack, Validations } from 'aws-cdk-lib'
import { CfnCluster, Cluster, ContainerInsights } from 'aws-cdk-lib/aws-ecs'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { TasksEnv } from '../../shared/env.ts'
import { explainWildcard, type Grantee, logicalId, type Variables } from './grantee.ts'
import type { Network } from './network.ts'
import type { RunnerTask } from './runner-task.ts'

export interface TasksProps {
  network: Network
  runner: RunnerTask
  spot: boolean
}

export type TaskAction = 'run' | 'stop' | 'describe' | 'list'

/** The cluster for runner tasks. Nothing else runs in it. */
export class Tasks extends Construct {
  readonly clusterArn: string
  private readonly cluster: Cluster
  private readonly props: TasksProps

  constructor(scope: Construct, id: string, props: TasksProps) {
    super(scope, id)
    this.props = props
    this.cluster = new Cluster(this, 'Cluster', {
      vpc: props.network.vpc,
      containerInsightsV2: ContainerInsights.DISABLED,
    })
    setCapacityProviders(this.cluster, props.spot ? 'FARGATE_SPOT' : 'FARGATE')
    this.clusterArn = this.cluster.clusterArn
    Validations.of(this.cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason:
        'Container Insights measures services. These are single tasks, and each writes its progress, cost and outcome to its record and its log. The metrics would cost more than the idle stack.',
    })
  }

  grantTo(grantee: Grantee, ...actions: TaskAction[]): void {
    const { network, runner } = this.props
    const variables: Variables<typeof TasksEnv> = {
      CLUSTER: this.clusterArn,
      // The family, not a revision: during a deployment an old function must not ask for a revision that is gone.
      TASK_DEFINITION: runner.definition.family,
      CONTAINER_NAME: runner.containerName,
      SUBNETS: network.subnetIds.join(','),
      SECURITY_GROUPS: network.securityGroup.securityGroupId,
      ASSIGN_PUBLIC_IP: network.assignPublicIp ? 'true' : 'false',
    }
    grantee.grant(variables, ...actions.flatMap((action) => this.statements[action]()))
    this.explainWildcards(grantee, actions)
  }

  private readonly statements: Record<TaskAction, () => PolicyStatement[]> = {
    run: () => [
      new PolicyStatement({
        actions: ['ecs:RunTask'],
        // ECS resolves the revision before it asks IAM. A grant for one revision would not cover the next, which a deployment creates first.
        resources: [this.revisions()],
        conditions: this.inThisCluster(),
      }),
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: this.props.runner.roles.map(({ roleArn }) => roleArn),
        conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      }),
    ],
    stop: () => [this.onTasks('ecs:StopTask')],
    describe: () => [this.onTasks('ecs:DescribeTasks')],
    list: () => [
      new PolicyStatement({ actions: ['ecs:ListTasks'], resources: ['*'], conditions: this.inThisCluster() }),
    ],
  }

  private revisions(): string {
    const resourceName = `${this.props.runner.definition.family}:*`
    return Stack.of(this).formatArn({ service: 'ecs', resource: 'task-definition', resourceName })
  }

  private onTasks(action: string): PolicyStatement {
    const resourceName = `${this.cluster.clusterName}/*`
    const resources = [Stack.of(this).formatArn({ service: 'ecs', resource: 'task', resourceName })]
    return new PolicyStatement({ actions: [action], resources, conditions: this.inThisCluster() })
  }

  private explainWildcards(grantee: Grantee, actions: TaskAction[]): void {
    const ofTasks = `arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:task/<${logicalId(this.cluster)}>/*`
    const ofRevisions = `arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:task-definition/${this.props.runner.definition.family}:*`
    if (actions.includes('run')) explainWildcard(grantee, ofRevisions, 'Any revision of this one task definition.')
    explainWildcard(grantee, ofTasks, 'Any task of this cluster: ECS assigns the task id at start.')
    if (!actions.includes('list')) return
    explainWildcard(grantee, '*', 'ListTasks supports no task resource; the condition limits it to this cluster.')
  }

  private inThisCluster() {
    return { ArnEquals: { 'ecs:cluster': this.clusterArn } }
  }
}

/** On the cluster itself. CDK would make an association of its own, one more resource that emulators have to know. */
function setCapacityProviders({ node: { defaultChild: cluster } }: Cluster, capacityProvider: string): void {
  if (!(cluster instanceof CfnCluster)) throw new Error('The cluster is not a single resource')
  cluster.capacityProviders = ['FARGATE', 'FARGATE_SPOT']
  cluster.defaultCapacityProviderStrategy = [{ capacityProvider, weight: 1 }]
}
