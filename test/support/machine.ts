import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Stores } from '../../infra/local/stores.ts'
import { type Api, apiOf } from './api.ts'
import { outputOf } from './child-output.ts'
import { compileCache } from './compile-cache.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { type GitServer, serveGit } from './git-http.ts'
import { gitIn, makeRepository, sampleFiles } from './repository.ts'
import { type Script, type ScriptedCli, writeScriptedCli } from './scripted-cli.ts'
import { root, type ServiceProcess, startServiceProcess, temporaryFolder } from './service-process.ts'
import { taskProcesses } from './tasks.ts'

/** A service whose stores run in another process, behind proxies that can be broken. */
export interface Machine extends AsyncDisposable {
  /** Of the service that runs now. */
  api: Api
  service: ServiceProcess
  cli: ScriptedCli
  dynamodb: FaultProxy
  sqs: FaultProxy
  s3: FaultProxy
  /** Serves `/adder.git`, and `/stalled/adder.git` once it is released. */
  git: GitServer
  dataDir: string
  /** A small repository called `adder`, and the folder it lies in. */
  repository: string
  folder: string
  /** SIGKILL to the service and to its stores. */
  kill(): Promise<void>
  /** Starts both again, on the same data. */
  start(): Promise<void>
  /** Ends the service and gives the processes that its tasks have left behind. */
  leftovers(): Promise<number[]>
}

export async function startMachine(script: Script, env: Record<string, string> = {}): Promise<Machine> {
  const folder = await temporaryFolder('machine')
  const repository = join(folder.path, 'adder')
  await makeRepository(repository, sampleFiles)
  await gitIn(folder.path, 'clone', '-q', '--bare', 'adder', 'adder.git')
  await gitIn(folder.path, 'clone', '-q', '--bare', 'adder', 'stalled/adder.git')
  const git = await serveGit(folder.path)
  const cli = await writeScriptedCli(folder.path, script)
  const [dynamodb, sqs, s3] = await Promise.all([startFaultProxy(), startFaultProxy(), startFaultProxy()])
  const dataDir = join(folder.path, 'data')
  const environment = {
    AI_CLI_CLAUDE: cli.path,
    ANTHROPIC_API_KEY: 'test-key',
    ADMIN_KEY: 'an-admin-key-for-tests',
    SWEEP_SECONDS: '2',
    ALLOWED_PRIVATE_HOSTS: git.host,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    ...env,
  }
  let stores: StoresProcess | undefined
  let service: ServiceProcess | undefined

  const start = async () => {
    stores = await startStoresProcess(join(folder.path, 'stores'))
    dynamodb.use(stores.dynamodbUrl)
    sqs.use(stores.sqsUrl)
    s3.use(stores.s3Url)
    service = await startServiceProcess(dataDir, environment)
    machine.service = service
    machine.api = apiOf(service)
  }
  const kill = async () => {
    await Promise.all([service?.kill(), stores?.kill()])
  }
  const machine: Machine = {
    ...({} as Pick<Machine, 'api' | 'service'>),
    cli,
    dynamodb,
    sqs,
    s3,
    git,
    dataDir,
    repository,
    folder: folder.path,
    kill,
    start,
    leftovers: async () => {
      await service?.stop()
      return await taskProcesses(dataDir)
    },
    [Symbol.asyncDispose]: async () => {
      await service?.stop()
      await stores?.kill()
      for (const server of [dynamodb, sqs, s3, git]) await server[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
  await start()
  return machine
}

export interface StoresProcess extends Omit<Stores, 'close'> {
  kill(): Promise<void>
}

/** Stores in a process of their own. */
export async function startStoresProcess(dataDir: string): Promise<StoresProcess> {
  const child = spawn(process.execPath, [`${root}test/integration/fixtures/stores-process.ts`, dataDir], {
    env: { ...process.env, ...compileCache },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = outputOf('the stores', child)
  const urls = JSON.parse(await output.said(/^\{.*\}$/m))
  return { ...urls, kill: async () => void (await output.end('SIGKILL')) }
}
