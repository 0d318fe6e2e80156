import { fileURLToPath } from 'node:url'
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda'
import { type ICommandHooks, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Grantee } from './grantee.ts'
import { writeLogs } from './write-logs.ts'

export interface HandlerFunctionProps {
  /** The file in `functions/` that exports `handler`, without `.ts`. */
  name: string
  /** Seconds. */
  timeout: number
  logRetentionDays: RetentionDays
  /** Variables that every function reads. */
  variables: Record<string, string>
  reservedConcurrency?: number | undefined
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** One Lambda function with its own bundle, a role that has only what it is granted, and a log with limited retention. */
export class HandlerFunction extends Construct implements Grantee {
  readonly lambda: NodejsFunction
  readonly log: LogGroup
  readonly timeoutSeconds: number
  private readonly role: Role

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id)
    this.timeoutSeconds = props.timeout
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    this.log = new LogGroup(this, 'Log', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.role.addToPolicy(writeLogs(this.log))
    this.lambda = new NodejsFunction(this, 'Function', {
      entry: `${root}functions/${props.name}.ts`,
      projectRoot: root,
      depsLockFilePath: `${root}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(props.timeout),
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      role: this.role,
      logGroup: this.log,
      environment: props.variables,
      awsSdkConnectionReuse: false,
      bundling: props.name === 'docs' ? { ...bundling, commandHooks: copyDashboard } : bundling,
    })
  }

  grant(variables: Record<string, string>, ...statements: PolicyStatement[]): void {
    for (const [name, value] of Object.entries(variables)) this.lambda.addEnvironment(name, value)
    for (const statement of statements) this.role.addToPolicy(statement)
  }
}

/** Where a bundle has the dashboard's files. */
export const DASHBOARD_FOLDER = 'dashboard'

const copyDashboard: ICommandHooks = {
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (from, to) => [`cp -R "${from}/web/dist" "${to}/${DASHBOARD_FOLDER}"`],
}

/** How every function is bundled. */
export const bundling = {
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  keepNames: true,
  mainFields: ['module', 'main'],
  // The SDK from the lockfile, not the one in the runtime.
  bundleAwsSDK: true,
  // CommonJS dependencies call `require`, which ES modules don't have.
  banner: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
}
