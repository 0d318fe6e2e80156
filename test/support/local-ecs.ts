import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeTasksCommand, ECSClient, RunTaskCommand, type Task } from '@aws-sdk/client-ecs'
import { expect, onTestFinished } from 'vitest'
import type { LocalEcsOptions, LocalTaskDefinition } from '../../infra/local/ecs/options.ts'
import { startEcs } from '../../infra/local/ecs/start-ecs.ts'
import type { EcsTaskStateChange } from '../../infra/local/ecs/state-change.ts'
import { LeaseEnv } from '../../shared/env.ts'
import { signedBy, testKeys } from './test-stores.ts'
import { waitFor } from './wait.ts'

export const cluster = 'docsfy'

/** A folder that goes when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'local-ecs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A task definition whose main process runs this JavaScript. */
export function scriptTask(source: string, settings: Partial<LocalTaskDefinition> = {}): LocalTaskDefinition {
  const file = join(temporaryFolder(), 'main.mjs')
  writeFileSync(file, source)
  return {
    family: 'runner',
    revision: 1,
    containerName: 'runner',
    command: [process.execPath, file],
    environment: { PATH: '/usr/bin:/bin' },
    variables: Object.keys(LeaseEnv.shape),
    stopTimeoutSeconds: 20,
    ...settings,
  }
}

export const idleTask = (settings?: Partial<LocalTaskDefinition>) =>
  scriptTask(`console.log('ready'); setInterval(() => {}, 1000)`, settings)

export function clientOf(url: string): ECSClient {
  const client = new ECSClient({ region: 'us-east-1', endpoint: url, credentials: testKeys, maxAttempts: 1 })
  onTestFinished(() => client.destroy())
  return client
}

/** What a request of our own that no SDK makes needs. */
export const authorization = signedBy(testKeys)

/** An endpoint with a real client, which ends with the test. */
export async function startTestEcs(options: Partial<LocalEcsOptions> = {}) {
  const dataDir = options.dataDir ?? temporaryFolder()
  const events: EcsTaskStateChange[] = []
  const onEvent = async (event: EcsTaskStateChange) => void events.push(event)
  const taskDefinitions = options.taskDefinitions ?? [idleTask()]
  const ecs = await startEcs({ onEvent, credentials: testKeys, ...options, dataDir, taskDefinitions })
  onTestFinished(() => ecs.close({ graceSeconds: 0 }))
  return { ...ecs, client: clientOf(ecs.url), dataDir, events }
}

export async function runOne(client: ECSClient, input: Partial<RunTaskCommand['input']> = {}): Promise<string> {
  const { tasks } = await client.send(new RunTaskCommand({ cluster, taskDefinition: 'runner', ...input }))
  return tasks?.[0]?.taskArn ?? expect.fail('no task was started')
}

export async function describeOne(client: ECSClient, arn: string): Promise<Task> {
  const { tasks } = await client.send(new DescribeTasksCommand({ cluster, tasks: [arn] }))
  return tasks?.[0] ?? expect.fail('the task is not described')
}

export async function untilStatus(client: ECSClient, arn: string, status: string): Promise<Task> {
  const isIt = ({ lastStatus }: Task) => lastStatus === status
  return await waitFor(`task ${arn} to be ${status}`, () => describeOne(client, arn), isIt)
}

export function directoryOf(dataDir: string, arn: string): string {
  return join(dataDir, 'ecs', 'tasks', arn.slice(arn.lastIndexOf('/') + 1))
}

export function logOf(dataDir: string, arn: string): string {
  const path = join(directoryOf(dataDir, arn), 'output.log')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

export async function untilLogged(dataDir: string, arn: string, text: string): Promise<string> {
  const isIt = (log: string) => log.includes(text)
  return await waitFor(`'${text}' in the log of task ${arn}`, () => logOf(dataDir, arn), isIt)
}

/** Whether a process runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return false
  }
}
