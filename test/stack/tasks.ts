import { mkdirSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { LocalTaskDefinition } from '../../infra/local/ecs/options.ts'
import { type LocalEcs, startEcs } from '../../infra/local/ecs/start-ecs.ts'
import { LeaseEnv } from '../../shared/env.ts'
import { runnerContainer } from '../../shared/runner-container.ts'
import { compileCache } from '../support/compile-cache.ts'
import { root } from '../support/service-process.ts'
import { testKeys } from '../support/test-stores.ts'
import { SOURCE } from './edits.ts'
import { awsEnv, type MiniStack } from './ministack.ts'

/** The variables of the stack's functions that say where tasks run. */
export interface Cluster {
  CLUSTER: string
  TASK_DEFINITION: string
}

export interface Tasks extends AsyncDisposable {
  /** Registers the family's latest revision, as it is in the stack now. Gives its number. */
  register(): Promise<number>
}

/**
 * Our own ECS endpoint in place of MiniStack's, which starts no processes. It runs the stack's task definition, with its environment and
 * its secrets, on this machine instead of in its image, and sends the events to MiniStack's EventBridge.
 *
 * @param claude - the executable that tasks find as `claude`
 */
export async function startTasks(
  ministack: MiniStack,
  { CLUSTER: clusterArn, TASK_DEFINITION: family }: Cluster,
  { folder, port, claude }: { folder: string; port: number; claude: string },
): Promise<Tasks> {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  symlinkSync(claude, join(bin, 'claude'))
  const around = {
    ...compileCache,
    PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter),
    ...awsEnv(ministack),
  }
  const taskDefinitions: LocalTaskDefinition[] = []
  const ecs: LocalEcs = await startEcs({
    dataDir: folder,
    port,
    credentials: testKeys,
    clusterArn,
    taskDefinitions,
    onEvent: async (event) => {
      const { 'detail-type': DetailType, detail, resources } = event
      const entry = { Source: SOURCE, DetailType, Detail: JSON.stringify(detail), Resources: resources }
      const { FailedEntryCount } = await ministack.call('events', 'AWSEvents.PutEvents', { Entries: [entry] })
      if (FailedEntryCount !== 0) throw new Error(`${FailedEntryCount} events were refused`)
    },
  })
  return {
    async register() {
      const ask = { taskDefinition: family }
      const target = 'AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition'
      const { taskDefinition } = await ministack.call('ecs', target, ask)
      const [container] = taskDefinition.containerDefinitions
      const environment = { ...(await environmentOf(ministack, container)), ...around }
      taskDefinitions.push({
        family,
        revision: taskDefinition.revision,
        containerName: container.name,
        command: ['sh', '-c', `sleep ${START_SECONDS}; exec "$0" "$@"`, ...runnerContainer.command],
        environment,
        variables: Object.keys(LeaseEnv.shape),
        stopTimeoutSeconds: container.stopTimeout,
        workingDirectory: root,
      })
      return taskDefinition.revision
    },
    [Symbol.asyncDispose]: async () => await ecs.close({ graceSeconds: 0 }),
  }
}

/** On Fargate a start takes twice as long. The contract suite aborts what has not started yet. */
const START_SECONDS = 10

/** They describe the image: its user for the CLIs, and its only writable folder. */
const OF_THE_IMAGE = ['AI_CLI_UID', 'AI_CLI_GID', 'TMPDIR']

interface Container {
  environment: { name: string; value: string }[]
  /** MiniStack leaves these names as CloudFormation spells them. */
  secrets: { Name: string; ValueFrom: string }[]
}

async function environmentOf(ministack: MiniStack, { environment, secrets }: Container) {
  const plain = environment.filter(({ name }) => !OF_THE_IMAGE.includes(name)).map(({ name, value }) => [name, value])
  const secret = await Promise.all(
    secrets.map(async ({ Name, ValueFrom }) => [Name, await secretValue(ministack, ValueFrom)]),
  )
  // Empty keys count as unset.
  return Object.fromEntries([...plain, ...secret].filter(([, value]) => value !== ''))
}

/** @param reference - `<secret>:<key>::`, as task definitions name one key of a JSON secret */
async function secretValue(ministack: MiniStack, reference: string): Promise<string> {
  const [, SecretId = '', key = ''] = /^(.+):([^:]+)::$/.exec(reference) ?? []
  const { SecretString } = await ministack.call('secretsmanager', 'secretsmanager.GetSecretValue', { SecretId })
  return JSON.parse(SecretString)[key]
}
