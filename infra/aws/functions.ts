import { Duration, Stack } from 'aws-cdk-lib'
import { Alarm, type IMetric, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, MetricFilter, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { HttpFunction } from '../../api/routes.ts'
import type { DashboardEnv, ProxyEnv } from '../../shared/env.ts'
import type { Settings } from './contexts.ts'
import type { Credentials } from './credentials.ts'
import { Doorbell } from './doorbell.ts'
import type { Variables } from './grantee.ts'
import { DASHBOARD_FOLDER, HandlerFunction } from './handler-function.ts'
import type { SitesBucket } from './sites-bucket.ts'
import type { VariantTable } from './table.ts'
import type { Tasks } from './tasks.ts'

export type FunctionName = HttpFunction | 'dispatch' | 'task-stopped' | 'sweep'

export interface FunctionsProps {
  table: VariantTable
  bucket: SitesBucket
  credentials: Credentials
  tasks: Tasks
  settings: Settings
  logRetentionDays: RetentionDays
  reserveConcurrency: boolean
  /** Whether CloudFront is in front of the API. */
  edge: boolean
}

/** Seconds. The gateway waits 29 for a response; streaming functions have time for the largest one (200 MB). */
const timeouts: Record<FunctionName, number> = {
  generate: 29,
  // An abort waits at most five seconds for the runner. A longer time-out would only hide problems.
  abort: 12,
  delete: 29,
  projects: 120,
  docs: 120,
  session: 29,
  admin: 29,
  dispatch: 60,
  'task-stopped': 29,
  sweep: 60,
}

/** Concurrency reserved for the functions that must keep running when clients use up the rest. */
const reserved: Partial<Record<FunctionName, number>> = { dispatch: 2, 'task-stopped': 5, sweep: 1 }

const callerItems = ['user', 'userKey', 'session', 'failures'] as const
/** Read before a cost is booked. */
const costItems = ['cost', 'spending'] as const
/** Corrected when a variant is deleted. */
const knownItems = ['known', 'knownFrom'] as const

/** Every Lambda function with its variables and permissions, which match what its file in `functions/` does. */
export class Functions extends Construct {
  readonly all: Record<FunctionName, HandlerFunction>
  readonly doorbell: Doorbell
  readonly alarms: Alarm[]

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id)
    this.all = this.create(props)
    this.doorbell = new Doorbell(this, 'Doorbell', { dispatch: this.all.dispatch })
    this.alarms = [...this.doorbell.alarms, this.errorsAlarm()]
    this.grantToHttpFunctions(props)
    this.grantToWorkers(props)
  }

  private create({ settings, logRetentionDays, reserveConcurrency }: FunctionsProps): Functions['all'] {
    const create = (name: FunctionName) =>
      new HandlerFunction(this, pascalCase(name), {
        name,
        timeout: timeouts[name],
        logRetentionDays,
        variables: settings.log,
        reservedConcurrency: reserveConcurrency ? reserved[name] : undefined,
      })
    const entries = Object.keys(timeouts).map((name) => [name, create(name as FunctionName)])
    return Object.fromEntries(entries) as Functions['all']
  }

  private grantToHttpFunctions({ table, bucket, credentials, tasks, settings, edge }: FunctionsProps): void {
    const { generate, abort, delete: remove, projects, docs, session, admin } = this.all
    for (const each of [generate, abort, remove, projects, docs, session, admin]) {
      credentials.grantTo(each)
      const proxies: Variables<typeof ProxyEnv> = { TRUSTED_PROXIES: edge ? '1' : '0' }
      each.grant(proxies)
    }

    table.grantTo(generate, {
      get: ['variant', ...costItems, ...callerItems],
      put: ['waiting', 'generation', 'cleanup', 'cost', 'change'],
      update: ['variant', 'spending', 'failures'],
      delete: ['waiting', 'generation'],
      query: ['waiting'],
    })
    this.doorbell.grantTo(generate)
    generate.grant({ ...settings.defaults, ...settings.guard, ...settings.requestLimits })

    table.grantTo(abort, {
      get: ['variant', ...callerItems],
      batchGet: ['variant'],
      put: ['waiting', 'change'],
      update: ['variant', 'failures'],
      delete: ['waiting', 'slot'],
      query: ['slot', 'change'],
      queryIndex: ['projectByChange'],
    })
    tasks.grantTo(abort, 'stop', 'describe')
    // The function also prioritizes.
    this.doorbell.grantTo(abort)

    table.grantTo(remove, {
      get: ['variant', ...costItems, ...knownItems, ...callerItems],
      batchGet: ['variant'],
      put: ['variant', 'cleanup', 'cost', 'change', 'knownDue', ...knownItems],
      update: ['spending', 'failures'],
      delete: ['grants', ...knownItems],
      query: ['change', 'knownFrom'],
      queryIndex: ['projectByChange', 'byChange'],
    })
    bucket.grantTo(remove, 'list', 'delete')

    table.grantTo(projects, {
      get: ['variant', 'generation', 'spending', ...callerItems],
      batchGet: ['variant', 'spending'],
      update: ['failures'],
      query: ['waiting', 'slot', 'turn', 'grants', 'change', 'known'],
      queryIndex: ['byChange', 'ownerByChange', 'projectByChange', 'activeByChange', 'activeByOwner'],
    })
    bucket.grantTo(projects, 'read', 'list')
    projects.grant(settings.limits)

    table.grantTo(docs, {
      get: ['variant', ...callerItems],
      batchGet: ['variant'],
      update: ['failures'],
      query: ['grants', 'change'],
      queryIndex: ['projectByChange'],
    })
    bucket.grantTo(docs, 'read', 'list')
    docs.grant({ ...settings.sites, ...dashboardInBundle })

    table.grantTo(session, {
      get: callerItems,
      put: ['session', 'userKey'],
      update: ['user', 'failures'],
      delete: ['session', 'userKey'],
    })
    session.grant(settings.defaults)

    table.grantTo(admin, {
      get: ['variant', ...costItems, ...knownItems, ...callerItems],
      batchGet: ['variant'],
      put: ['variant', 'user', 'userKey', 'grants', 'cleanup', 'cost', 'drain', 'change', 'knownDue', ...knownItems],
      update: ['user', 'spending', 'failures'],
      delete: ['user', 'userKey', 'grants', 'drain', ...knownItems],
      query: ['grants', 'waiting', 'slot', 'turn', 'change', 'knownFrom'],
      queryIndex: ['byChange', 'ownerByChange', 'projectByChange', 'activeByOwner'],
    })
    bucket.grantTo(admin, 'list', 'delete')
    admin.grant({ ...settings.shown, ...settings.limits })
    this.doorbell.grantTo(admin)
  }

  private grantToWorkers({ table, bucket, tasks, settings }: FunctionsProps): void {
    const { dispatch, 'task-stopped': taskStopped, sweep } = this.all
    for (const each of [dispatch, taskStopped, sweep]) this.doorbell.grantTo(each)

    table.grantTo(dispatch, {
      get: ['variant', 'user'],
      put: ['slot', 'turn', 'waiting', 'change'],
      update: ['variant'],
      delete: ['waiting', 'slot'],
      query: ['waiting', 'slot', 'turn'],
    })
    tasks.grantTo(dispatch, 'run', 'stop')
    dispatch.grant({ ...settings.limits, ...settings.gitRights })

    table.grantTo(taskStopped, {
      get: ['variant'],
      put: ['waiting', 'change'],
      update: ['variant'],
      delete: ['waiting', 'slot'],
      query: ['slot'],
    })

    table.grantTo(sweep, {
      get: ['variant', 'allBooked', 'sweep', ...costItems, ...knownItems],
      batchGet: ['variant'],
      put: ['waiting', 'cost', 'allBooked', 'cleanup', 'sweep', 'change', ...knownItems],
      update: ['variant', 'spending'],
      delete: ['waiting', 'slot', 'cleanup', 'sweep', 'knownDue', ...knownItems],
      query: ['waiting', 'slot', 'cleanup', 'knownDue', 'knownFrom'],
      queryIndex: ['active', 'byChange'],
    })
    bucket.grantTo(sweep, 'list', 'delete')
    tasks.grantTo(sweep, 'stop', 'describe', 'list')
  }

  /**
   * For the functions with no client waiting, whose failures would go unnoticed. They catch most errors themselves, so logged
   * errors count too.
   */
  private errorsAlarm(): Alarm {
    const workers = [this.all.dispatch, this.all['task-stopped'], this.all.sweep]
    const [namespace, metricName] = [`docsfy/${Stack.of(this).stackName}`, 'WorkerErrors']
    const usingMetrics: Record<string, IMetric> = { logged: new Metric({ namespace, metricName, ...inFiveMinutes }) }
    for (const [index, { lambda, log }] of workers.entries()) {
      usingMetrics[`thrown${index}`] = lambda.metricErrors(inFiveMinutes)
      const filterPattern = FilterPattern.stringValue('$.level', '=', 'error')
      new MetricFilter(log, 'Errors', { logGroup: log, filterPattern, metricNamespace: namespace, metricName })
    }
    return new Alarm(this, 'WorkersAlarm', {
      alarmDescription: 'dispatch, task-stopped or sweep keeps failing: generations start late or not at all.',
      metric: new MathExpression({
        expression: 'SUM(METRICS())',
        usingMetrics,
        period: inFiveMinutes.period,
        label: 'errors',
      }),
      threshold: 3,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
  }
}

const dashboardInBundle: Variables<typeof DashboardEnv> = { DASHBOARD_DIR: `/var/task/${DASHBOARD_FOLDER}` }

const inFiveMinutes = { period: Duration.minutes(5), statistic: 'Sum' }

const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_, first: string) => first.toUpperCase())
