import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import {
  AwsLogDriverMode,
  Capability,
  type ContainerDefinition,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs'
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { RunnerEnv } from '../../shared/env.ts'
import { runnerContainer } from '../../shared/runner-container.ts'
import type { Choices } from './contexts.ts'
import type { Credentials } from './credentials.ts'
import type { Grantee, Variables } from './grantee.ts'
import { RunnerImage } from './runner-image.ts'
import { writeLogs } from './write-logs.ts'

export interface RunnerTaskProps {
  choices: Choices
  logRetentionDays: RetentionDays
  credentials: Credentials
  /** Variables of the runner that are settings of the service. */
  settings: Record<string, string>
}

/** Docker's default capabilities except SETUID, SETGID and KILL: the runner starts the CLI as another user and kills it. */
const DROPPED = [
  Capability.AUDIT_WRITE,
  Capability.CHOWN,
  Capability.DAC_OVERRIDE,
  Capability.FOWNER,
  Capability.FSETID,
  Capability.MKNOD,
  Capability.NET_BIND_SERVICE,
  Capability.NET_RAW,
  Capability.SETFCAP,
  Capability.SETPCAP,
  Capability.SYS_CHROOT,
]

/** The only writable folder. Each task starts with its own empty one. */
const WRITABLE = { name: 'tmp', path: '/tmp' }

/** The image's `ai` user. */
const CLI_USER = { AI_CLI_UID: '1001', AI_CLI_GID: '1001' } satisfies Partial<Variables<typeof RunnerEnv>>

/** One attempt at a generation, as a Fargate task. */
export class RunnerTask extends Construct implements Grantee {
  readonly definition: FargateTaskDefinition
  readonly containerName = runnerContainer.name
  readonly log: LogGroup
  readonly roles: Role[]
  private readonly container: ContainerDefinition
  private readonly taskRole: Role

  constructor(scope: Construct, id: string, { choices, logRetentionDays, credentials, settings }: RunnerTaskProps) {
    super(scope, id)
    const image = new RunnerImage(this, 'Image', choices)
    this.log = new LogGroup(this, 'Log', { retention: logRetentionDays, removalPolicy: RemovalPolicy.DESTROY })
    this.taskRole = new Role(this, 'TaskRole', { assumedBy: tasksOf(this) })
    const executionRole = new Role(this, 'ExecutionRole', { assumedBy: tasksOf(this) })
    image.grantPullTo(executionRole)
    executionRole.addToPolicy(credentials.readStatement())
    executionRole.addToPolicy(writeLogs(this.log))
    this.roles = [this.taskRole, executionRole]
    this.definition = new FargateTaskDefinition(this, 'Definition', {
      cpu: choices.taskCpu,
      memoryLimitMiB: choices.taskMemoryMib,
      ...(choices.taskStorageGib > 20 ? { ephemeralStorageGiB: choices.taskStorageGib } : {}),
      runtimePlatform: { cpuArchitecture: image.cpu, operatingSystemFamily: OperatingSystemFamily.LINUX },
      taskRole: this.taskRole.withoutPolicyUpdates(),
      // CDK's own additions would grant more than the statements above.
      executionRole: executionRole.withoutPolicyUpdates(),
      volumes: [{ name: WRITABLE.name }],
    })
    this.container = this.definition.addContainer(this.containerName, {
      containerName: this.containerName,
      image: image.image,
      command: [...runnerContainer.command],
      user: '0',
      readonlyRootFilesystem: true,
      linuxParameters: linuxParameters(this),
      stopTimeout: Duration.seconds(runnerContainer.stopTimeoutSeconds),
      environment: { TMPDIR: WRITABLE.path, ...CLI_USER, ...settings },
      secrets: credentials.forContainer,
      logging: LogDriver.awsLogs({ logGroup: this.log, streamPrefix: 'task', mode: AwsLogDriverMode.NON_BLOCKING }),
    })
    this.container.addMountPoints({ sourceVolume: WRITABLE.name, containerPath: WRITABLE.path, readOnly: false })
    Validations.of(this.definition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The variables hold resource names and limits. Keys are container secrets and come from Secrets Manager.',
    })
  }

  grant(variables: Record<string, string>, ...statements: PolicyStatement[]): void {
    for (const [name, value] of Object.entries(variables)) this.container.addEnvironment(name, value)
    for (const statement of statements) this.taskRole.addToPolicy(statement)
  }
}

function linuxParameters(scope: Construct): LinuxParameters {
  const parameters = new LinuxParameters(scope, 'Linux', { initProcessEnabled: true })
  // Listed by name: after dropping ALL, Fargate allows nothing to be added back.
  parameters.dropCapabilities(...DROPPED)
  return parameters
}

/**
 * Tasks of this account and region. ECS gives IAM nothing narrower to match on:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
function tasksOf(scope: Construct): ServicePrincipal {
  const { account, partition, region } = Stack.of(scope)
  return new ServicePrincipal('ecs-tasks.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:ecs:${region}:${account}:*` },
    },
  })
}
