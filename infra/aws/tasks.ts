import { Stack, Validations } from 'aws-cdk-lib'
import { Cluster, ContainerInsights } from 'aws-cdk-lib/aws-ecs'
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

/** The cluster that runs the runner's tasks, and nothing else. */
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
      enableFargateCapacityProviders: true,
    })
    this.cluster.addDefaultCapacityProviderStrategy([
      { capacityProvider: props.spot ? 'FARGATE_SPOT' : 'FARGATE', weight: 1 },
    ])
    this.clusterArn = this.cluster.clusterArn
    Validations.of(this.cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason:
        'Container Insights measures services. These are single tasks, and each writes its progress, cost and end to its record and its log; the metrics would cost more than the idle stack.',
    })
  }

  grantTo(grantee: Grantee, ...actions: TaskAction[]): void {
    const { network, runner } = this.props
    const variables: Variables<typeof TasksEnv> = {
      CLUSTER: this.clusterArn,
      // The family, not a revision: a function that a deployment has not reached yet must not ask for one that is gone.
      TASK_DEFINITION: runner.definition.family,
      CONTAINER_NAME: runner.containerName,
      SUBNETS: network.subnetIds.join(','),
      SECURITY_GROUPS: network.securityGroup.securityGroupId,
      ASSIGN_PUBLIC_IP: network.assignPublicIp ? 'true' : 'false',
    }
    grantee.give(variables, ...actions.flatMap((action) => this.statements[action]()))
    this.explainWildcards(grantee, actions)
  }

  private readonly statements: Record<TaskAction, () => PolicyStatement[]> = {
    run: () => [
      new PolicyStatement({
        actions: ['ecs:RunTask'],
        // ECS finds the revision before it asks IAM: a grant for one would not cover the next, which a deployment makes first.
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
    explainWildcard(grantee, ofTasks, "Any task of this cluster: ECS makes up a task's id when it starts.")
    if (!actions.includes('list')) return
    explainWildcard(grantee, '*', 'ListTasks knows no task as a resource; the condition keeps it to this cluster.')
  }

  private inThisCluster() {
    return { ArnEquals: { 'ecs:cluster': this.clusterArn } }
  }
}
