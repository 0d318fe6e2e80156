import { Duration, Stack } from 'aws-cdk-lib'
import { Alarm, type IMetric, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, MetricFilter, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { HttpFunction } from '../../api/routes.ts'
import type { ProxyEnv } from '../../shared/env.ts'
import type { Settings } from './contexts.ts'
import type { Credentials } from './credentials.ts'
import { Doorbell } from './doorbell.ts'
import type { Variables } from './grantee.ts'
import { HandlerFunction } from './handler-function.ts'
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
  /** Whether CloudFront stands before the API. */
  edge: boolean
}

/** Seconds. The gateway waits 29 for an answer; whoever streams may go on until the largest response (200 MB) is through. */
const timeouts: Record<FunctionName, number> = {
  generate: 29,
  // It waits five seconds at most for the runner; with more it would only hide that something is wrong.
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

/** Kept free for what must go on when clients keep everything else busy. */
const reserved: Partial<Record<FunctionName, number>> = { dispatch: 2, 'task-stopped': 5, sweep: 1 }

const whoAsks = ['user', 'userKey', 'session'] as const
/** What is looked at before a cost is booked. */
const booked = ['cost', 'spending'] as const

/** Every Lambda, with what it is told and what it may do: line by line what its file in `functions/` does. */
export class Functions extends Construct {
  readonly all: Record<FunctionName, HandlerFunction>
  readonly doorbell: Doorbell
  readonly alarms: Alarm[]

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id)
    this.all = this.create(props)
    this.doorbell = new Doorbell(this, 'Doorbell', { rings: this.all.dispatch })
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
      each.give(proxies)
    }

    table.grantTo(generate, {
      get: ['variant', ...booked, ...whoAsks],
      put: ['waiting', 'generation', 'cleanup', 'cost', 'creation'],
      update: ['variant', 'spending', 'failures'],
      delete: ['waiting', 'generation'],
    })
    this.doorbell.grantTo(generate)
    generate.give({ ...settings.defaults, ...settings.guard })

    table.grantTo(abort, {
      get: ['variant', ...whoAsks],
      update: ['variant', 'failures'],
      delete: ['waiting', 'slot'],
      query: ['slot', 'grants', 'creation'],
      queryIndex: ['byName'],
    })
    tasks.grantTo(abort, 'stop', 'describe')

    table.grantTo(remove, {
      get: ['variant', ...booked, ...whoAsks],
      put: ['variant', 'cleanup', 'cost'],
      update: ['spending', 'failures'],
      delete: ['grants'],
      query: ['creation'],
      queryIndex: ['byName', 'all'],
    })
    bucket.grantTo(remove, 'list', 'delete')

    table.grantTo(projects, {
      get: ['variant', 'generation', 'spending', ...whoAsks],
      update: ['failures'],
      query: ['waiting', 'grants', 'creation'],
      queryIndex: ['byOwner', 'byName', 'all'],
    })
    bucket.grantTo(projects, 'read', 'list')

    table.grantTo(docs, {
      get: ['variant', ...whoAsks],
      update: ['failures'],
      query: ['grants', 'creation'],
      queryIndex: ['byName'],
    })
    bucket.grantTo(docs, 'read', 'list')

    table.grantTo(session, {
      get: whoAsks,
      put: ['session', 'userKey'],
      update: ['user', 'failures'],
      delete: ['session', 'userKey'],
    })
    session.give(settings.defaults)

    table.grantTo(admin, {
      get: ['variant', ...booked, ...whoAsks],
      put: ['variant', 'user', 'userKey', 'grants', 'cleanup', 'cost'],
      update: ['user', 'spending', 'failures'],
      delete: ['user', 'userKey', 'grants'],
      query: ['grants', 'waiting', 'slot', 'creation'],
      queryIndex: ['all', 'byOwner', 'byName'],
    })
    bucket.grantTo(admin, 'list', 'delete')
    admin.give(settings.shown)
  }

  private grantToWorkers({ table, bucket, tasks, settings }: FunctionsProps): void {
    const { dispatch, 'task-stopped': taskStopped, sweep } = this.all
    for (const each of [dispatch, taskStopped, sweep]) this.doorbell.grantTo(each)

    table.grantTo(dispatch, {
      get: ['variant'],
      put: ['slot', 'turn'],
      update: ['variant'],
      delete: ['waiting', 'slot'],
      query: ['waiting', 'slot', 'turn'],
    })
    tasks.grantTo(dispatch, 'run', 'stop')
    dispatch.give(settings.limits)

    table.grantTo(taskStopped, {
      get: ['variant'],
      put: ['waiting'],
      update: ['variant'],
      delete: ['waiting', 'slot'],
      query: ['slot'],
    })

    table.grantTo(sweep, {
      get: ['variant', 'allBooked', ...booked],
      put: ['waiting', 'cost', 'allBooked'],
      update: ['variant', 'spending'],
      delete: ['waiting', 'slot', 'cleanup'],
      query: ['waiting', 'slot', 'cleanup', 'creation'],
      queryIndex: ['active', 'all'],
    })
    bucket.grantTo(sweep, 'list', 'delete')
    tasks.grantTo(sweep, 'stop', 'describe', 'list')
  }

  /**
   * Those that no client waits for: nobody else would notice. They catch what they can, so what they logged as an error
   * counts too.
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
      alarmDescription: 'dispatch, task-stopped or sweep fails again and again: generations start late or not at all.',
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

const inFiveMinutes = { period: Duration.minutes(5), statistic: 'Sum' }

const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_, first: string) => first.toUpperCase())
