import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { routes, streamed } from '../../api/routes.ts'
import { openQueue } from '../../shared/aws/clients.ts'
import { EndpointsEnv, formatCredentials, type LocalEnv, provideEnv } from '../../shared/env.ts'
import { createLog, type Log } from '../../shared/log.ts'
import { runnerContainer } from '../../shared/runner-container.ts'
import { explainStart } from './damage.ts'
import { keepSecret, openDataDir, secretFile } from './data-dir.ts'
import { LOCAL_CLUSTER_ARN, type LocalEcs, startEcs } from './ecs/start-ecs.ts'
import { startGateway } from './gateway.ts'
import { invoke, type LambdaHandler, lambdaContext } from './lambda.ts'
import { type Places, placesOf } from './places.ts'
import { startPoller } from './poller.ts'
import { createResources, DISPATCH_TIMEOUT_SECONDS } from './resources.ts'
import { startStores } from './stores.ts'
import { type CliChoice, taskDefinition } from './task-definition.ts'

export interface Service {
  /** Address of the API. */
  url: string
  adminKey: string
  /** Where the admin's key is kept; undefined when it was configured. */
  adminKeyFile: string | undefined
  close(): Promise<void>
}

const names = { table: 'docsfy', bucket: 'docsfy', queue: 'docsfy-doorbell.fifo' }

/**
 * The whole service in this process: the same functions and the same runner as on AWS, between servers that speak the
 * same protocols. What it has accepted survives any end of the process.
 *
 * @throws Error with one plain sentence that says what to do
 */
export async function startService(env: LocalEnv, cli: CliChoice): Promise<Service> {
  await requireGit()
  const dataDir = openDataDir(env.DATA_DIR)
  const log = createLog({ level: env.LOG_LEVEL })
  const closing: (() => Promise<void>)[] = []
  const close = async () => {
    for (const end of closing.toReversed()) await end()
    closing.length = 0
  }
  try {
    return await startParts(env, cli, dataDir, log, closing, close)
  } catch (error) {
    await close()
    throw explainStart(dataDir, error)
  }
}

async function startParts(
  env: LocalEnv,
  cli: CliChoice,
  dataDir: string,
  log: Log,
  closing: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Service> {
  const stores = await startStores({ dataDir, host: '127.0.0.1', log })
  closing.push(() => stores.close())
  const adminKey = keepSecret(dataDir, 'admin-key', env.ADMIN_KEY)
  const places = placesOf(EndpointsEnv.parse(env), stores)
  const runnerEnv = {
    ...places.runner,
    TABLE_NAME: names.table,
    BUCKET_NAME: names.bucket,
    S3_PATH_STYLE: 'true',
    LOG_LEVEL: env.LOG_LEVEL,
  }
  provideEnv({ ...runnerEnv, ...places.functions })
  const { dynamodb, sqs, s3 } = places.urls
  log.info(`DynamoDB is at ${dynamodb}, SQS at ${sqs}, S3 at ${s3}`)
  const { queueUrl } = await createResources(names).catch((cause) => {
    throw new Error(unusable(places.urls, cause), { cause })
  })

  const ecs = await startEcs({
    dataDir,
    clusterArn: LOCAL_CLUSTER_ARN,
    taskDefinitions: [taskDefinition(runnerEnv, cli)],
    onEvent: async (event) => await call('task-stopped', event),
    log,
  })
  closing.push(() => ecs.close())
  provideEnv(functionEnv(env, dataDir, adminKey, queueUrl, ecs))

  const dispatch = await load('dispatch')
  const poller = startPoller({
    client: openQueue({ QUEUE_URL: queueUrl }).client,
    queueUrl,
    batchSize: 10,
    handler: dispatch,
    functionTimeoutSeconds: DISPATCH_TIMEOUT_SECONDS,
    waitTimeSeconds: 1,
    log,
  })
  closing.push(() => poller.close())
  closing.push(startSweeps(env.SWEEP_SECONDS, log))
  const gateway = await startGateway({ routes, streamed, load, host: env.HOST, port: env.PORT, log })
  closing.push(() => gateway.close())
  return {
    url: gateway.url,
    adminKey,
    adminKeyFile: env.ADMIN_KEY ? undefined : secretFile(dataDir, 'admin-key'),
    close,
  }
}

const unusable = ({ dynamodb, sqs, s3 }: Places['urls'], cause: Error): string =>
  `DynamoDB (${dynamodb}), SQS (${sqs}) or S3 (${s3}) cannot be used, see AWS_ENDPOINT_URL_*: ${cause.message || cause.name}.`

/** The variables that the stack gives the functions. */
function functionEnv(
  env: LocalEnv,
  dataDir: string,
  adminKey: string,
  queueUrl: string,
  ecs: LocalEcs,
): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_ECS: ecs.url,
    AWS_CREDENTIALS_ECS: formatCredentials(ecs.credentials),
    ADMIN_KEY: adminKey,
    KEY_PEPPER: keepSecret(dataDir, 'key-pepper', env.KEY_PEPPER),
    SECURE_COOKIES: env.SECURE_COOKIES,
    TRUSTED_PROXIES: String(env.TRUSTED_PROXIES),
    QUEUE_URL: queueUrl,
    CLUSTER: LOCAL_CLUSTER_ARN,
    TASK_DEFINITION: 'docsfy-runner',
    CONTAINER_NAME: runnerContainer.name,
  }
}

/** EventBridge's schedule: once at the start, for what an earlier life left half done, and then time and again. */
function startSweeps(everySeconds: number, log: Log): () => Promise<void> {
  let running: Promise<void> | undefined
  const sweep = () => {
    // Never two in a row without the time between: that time is how the sweeper measures a runner's silence.
    running ??= call('sweep', {})
      .catch((error) => log.error('the sweep failed', { error }))
      .finally(() => {
        running = undefined
      })
  }
  const timer = setInterval(sweep, everySeconds * 1_000)
  sweep()
  return async () => {
    clearInterval(timer)
    await running
  }
}

async function call(name: string, event: object): Promise<void> {
  await invoke(await load(name), event, lambdaContext(name, crypto.randomUUID(), 60))
}

/** Loaded at first use: functions read the environment that is provided above. */
async function load(name: string): Promise<LambdaHandler> {
  const { handler } = (await import(`../../functions/${name}.ts`)) as { handler: LambdaHandler }
  return handler
}

async function requireGit(): Promise<void> {
  try {
    await promisify(execFile)('git', ['--version'])
  } catch (cause) {
    throw new Error('git was not found: install git (2.37 or later), and start again.', { cause })
  }
}
