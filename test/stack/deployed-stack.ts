import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openBucket } from '../../shared/aws/clients.ts'
import { deleteObjects, listObjects } from '../../shared/aws/site-store.ts'
import { formatCredentials, provideEnv } from '../../shared/env.ts'
import { startEdge } from '../support/edge.ts'
import { serveGit } from '../support/git-http.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { type Script, type ScriptedCli, writeScriptedCli } from '../support/scripted-cli.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { testKeys } from '../support/test-stores.ts'
import { synthesise } from './assembly.ts'
import { cdk, deploy, physicalId } from './deployment.ts'
import { awsEnv, freePort, type MiniStack, startMiniStack } from './ministack.ts'
import { startTasks, type Tasks } from './tasks.ts'

/** The product's stack on MiniStack, behind a stand-in for CloudFront. */
export interface DeployedStack extends AsyncDisposable {
  /** The service's own address. */
  url: string
  /** The API's address, past CloudFront. */
  direct: string
  adminKey: string
  /** A small git repository called `adder`, as the runner reaches it. */
  repository: string
  folder: string
  cli: ScriptedCli
  ministack: MiniStack
  tasks: Tasks
  /** Updates the stack to one with these contexts. */
  update(contexts: Record<string, string>): Promise<void>
  /** Empties the bucket and deletes the stack. */
  destroy(): Promise<void>
}

const adminKey = 'an-admin-key-for-tests'
const secret = {
  ADMIN_KEY: adminKey,
  KEY_PEPPER: 'a-pepper-for-tests-only',
  ANTHROPIC_API_KEY: 'a-key-for-tests',
  GEMINI_API_KEY: '',
  CURSOR_API_KEY: '',
}

/** @param script - what `claude` does in the stack's tasks */
export async function startDeployedStack(script: Script): Promise<DeployedStack> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await temporaryFolder('stack')).path
  const git = opened.use(await serveGit(await makeRepositories(folder)))
  const cli = await writeScriptedCli(folder, script)
  const port = await freePort()
  const env = { AWS_ENDPOINT_URL_ECS: `http://127.0.0.1:${port}`, AWS_CREDENTIALS_ECS: formatCredentials(testKeys) }
  const ministack = opened.use(await startMiniStack(folder, env))

  let deployments = 0
  const update = async (contexts: Record<string, string>) => {
    const assembly = join(folder, `assembly-${++deployments}`)
    synthesise({ ALLOWED_PRIVATE_HOSTS: git.host, ...contexts }, join(folder, 'assets'), assembly)
    await deploy(ministack, folder, assembly)
  }
  await cdk(ministack, folder, 'bootstrap', 'aws://000000000000/us-east-1', '--no-notices')
  await update({})
  await putSecret(ministack)

  const variables = await variablesOf(ministack, 'FunctionsDispatchFunction')
  const tasks = opened.use(await startTasks(ministack, variables, { folder, port, claude: cli.path }))
  await tasks.register()
  const direct = `${ministack.url}/restapis/${await physicalId(ministack, 'ApiCD79AAA0')}/v1/_user_request_`
  const edge = opened.use(await startEdge(direct, { headers: { 'x-api-key': await edgeKeyOf(ministack) } }))
  const all = opened.move()
  return {
    url: edge.url,
    direct,
    adminKey,
    repository: `${git.url}/group/adder.git`,
    folder,
    cli,
    ministack,
    tasks,
    update,
    destroy: async () => {
      await emptyBucket(ministack)
      await cdk(
        ministack,
        folder,
        'destroy',
        '--force',
        '--app',
        join(folder, `assembly-${deployments}`),
        '--no-notices',
      )
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function makeRepositories(folder: string): Promise<string> {
  const repositories = join(folder, 'repositories')
  mkdirSync(repositories)
  await makeRepository(join(folder, 'adder'), sampleFiles)
  await gitIn(repositories, 'clone', '-q', '--bare', join(folder, 'adder'), 'group/adder.git')
  return repositories
}

/** As an operator puts the providers' keys. MiniStack ignores the template of a generated secret, so this puts all of it. */
async function putSecret(ministack: MiniStack): Promise<void> {
  const SecretId = await physicalId(ministack, 'CredentialsSecret')
  const SecretString = JSON.stringify(secret)
  await ministack.call('secretsmanager', 'secretsmanager.PutSecretValue', { SecretId, SecretString })
}

async function emptyBucket(ministack: MiniStack): Promise<void> {
  provideEnv(awsEnv(ministack))
  const bucket = openBucket({ BUCKET_NAME: await physicalId(ministack, 'SitesBucket'), S3_PATH_STYLE: true })
  const keys = (await Array.fromAsync(listObjects(bucket, ''))).map(({ key }) => key)
  await deleteObjects(bucket, keys)
}

async function variablesOf(ministack: MiniStack, prefix: string) {
  const name = await physicalId(ministack, prefix)
  return JSON.parse(await ministack.get('lambda', `/2015-03-31/functions/${name}/configuration`)).Environment.Variables
}

async function edgeKeyOf(ministack: MiniStack): Promise<string> {
  const { item } = JSON.parse(await ministack.get('apigateway', '/apikeys?includeValues=true'))
  return item[0].value
}
