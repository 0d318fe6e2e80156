import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { routes, streamed } from '../../api/routes.ts'
import { openQueue } from '../../shared/aws/clients.ts'
import { EndpointsEnv, formatCredentials, type LocalEnv, provideEnv } from '../../shared/env.ts'
import { createLog, type Log } from '../../shared/log.ts'
import { runnerContainer } from '../../shared/runner-container.ts'
import { explainStartFailure } from './damage.ts'
import { loadOrCreateSecret, openDataDir, secretFile } from './data-dir.ts'
import { LOCAL_CLUSTER_ARN, type LocalEcs, startEcs } from './ecs/start-ecs.ts'
import { startGateway } from './gateway.ts'
import { invoke, type LambdaHandler, lambdaContext } from './lambda.ts'
import { startPoller } from './poller.ts'
import { createResources, DISPATCH_TIMEOUT_SECONDS } from './resources.ts'
import { forgetRunning, noteRunning } from './running-service.ts'
import { type StoreEndpoints, storeEndpoints } from './store-endpoints.ts'
import { startStores } from './stores.ts'
import { type CliChoice, taskDefinition } from './task-definition.ts'

export interface Service {
  /** URL of the API. */
  url: string
  adminKey: string
  /** Where the admin key is kept; undefined if it was configured. */
  adminKeyFile: string | undefined
  close(): Promise<void>
}

const names = { table: 'docsfy', bucket: 'docsfy', queue: 'docsfy-doorbell.fifo' }

/**
 * Starts the whole service in this process: the same functions and runner as on AWS, on top of local servers that speak the same
 * protocols. Everything it accepts survives a crash of the process.
 *
 * @throws Error that says what to do
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
    throw explainStartFailure(dataDir, error)
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
  const adminKey = loadOrCreateSecret(dataDir, 'admin-key', env.ADMIN_KEY)
  const endpoints = storeEndpoints(EndpointsEnv.parse(env), stores)
  const runnerEnv = {
    ...endpoints.runner,
    TABLE_NAME: names.table,
    BUCKET_NAME: names.bucket,
    S3_PATH_STYLE: 'true',
    LOG_LEVEL: env.LOG_LEVEL,
  }
  provideEnv({ ...runnerEnv, ...endpoints.functions })
  const { dynamodb, sqs, s3 } = endpoints.urls
  log.info(`DynamoDB is at ${dynamodb}, SQS at ${sqs}, S3 at ${s3}`)
  const { queueUrl } = await createResources(names).catch((cause) => {
    throw new Error(storesUnusable(endpoints.urls, cause), { cause })
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
  noteRunning(dataDir, { url: gateway.url, standIn: cli.standIn })
  closing.push(async () => forgetRunning(dataDir))
  return {
    url: gateway.url,
    adminKey,
    adminKeyFile: env.ADMIN_KEY ? undefined : secretFile(dataDir, 'admin-key'),
    close,
  }
}

const storesUnusable = ({ dynamodb, sqs, s3 }: StoreEndpoints['urls'], cause: Error): string =>
  `Cannot use DynamoDB (${dynamodb}), SQS (${sqs}) or S3 (${s3}): ${cause.message || cause.name}. Check AWS_ENDPOINT_URL_*.`

/** The variables that the stack sets for the functions. */
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
    KEY_PEPPER: loadOrCreateSecret(dataDir, 'key-pepper', env.KEY_PEPPER),
    SECURE_COOKIES: env.SECURE_COOKIES,
    TRUSTED_PROXIES: String(env.TRUSTED_PROXIES),
    QUEUE_URL: queueUrl,
    CLUSTER: LOCAL_CLUSTER_ARN,
    TASK_DEFINITION: 'docsfy-runner',
    CONTAINER_NAME: runnerContainer.name,
    DASHBOARD_DIR: fileURLToPath(new URL('../../web/dist', import.meta.url)),
  }
}

/** Replaces EventBridge's schedule: sweeps once at the start, for what an earlier process left half done, then periodically. */
function startSweeps(everySeconds: number, log: Log): () => Promise<void> {
  let running: Promise<void> | undefined
  const sweep = () => {
    // Never start a sweep during another: the time between sweeps is how the sweeper measures a runner's silence.
    running ??= call('sweep', {})
      .catch((error) => log.error('The sweep failed', { error }))
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

/** Loaded on first use, because functions read the environment when they are imported. */
async function load(name: string): Promise<LambdaHandler> {
  const { handler } = (await import(`../../functions/${name}.ts`)) as { handler: LambdaHandler }
  return handler
}

async function requireGit(): Promise<void> {
  try {
    await promisify(execFile)('git', ['--version'])
  } catch (cause) {
    throw new Error('git was not found. Install git 2.37 or later, then start again.', { cause })
  }
}
