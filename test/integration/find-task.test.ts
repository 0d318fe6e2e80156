import { randomUUID } from 'node:crypto'
import { StopTaskCommand } from '@aws-sdk/client-ecs'
import { expect, test } from 'vitest'
import type { Cluster } from '../../shared/aws/clients.ts'
import { findTasks } from '../../shared/aws/runner-tasks.ts'
import { formatLease, type Lease } from '../../shared/generation.ts'
import { cluster as name, runOne, scriptTask, startTestEcs, untilStatus } from '../support/local-ecs.ts'

const leaseOf = (attempt: number): Lease => ({ key: 'a'.repeat(64), generationId: randomUUID(), attempt })

test("an attempt's task is found while it runs, while it stops, and after it has stopped", async () => {
  const stubborn = `process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000)`
  const { client } = await startTestEcs({ taskDefinitions: [scriptTask(stubborn, { stopTimeoutSeconds: 1 })] })
  const cluster = clusterOf(client)
  const [mine, other] = [leaseOf(1), leaseOf(1)]
  await runOne(client, { startedBy: formatLease(other) })
  expect(await arnOf(cluster, mine)).toBeUndefined()
  const arn = await runOne(client, { startedBy: formatLease(mine) })
  await untilStatus(client, arn, 'RUNNING')
  expect(await arnOf(cluster, mine)).toBe(arn)
  await client.send(new StopTaskCommand({ cluster: name, task: arn }))
  expect(await arnOf(cluster, mine)).toBe(arn)
  await untilStatus(client, arn, 'STOPPED')
  expect(await arnOf(cluster, mine)).toBe(arn)
  expect(await arnOf(cluster, { ...mine, attempt: 2 })).toBeUndefined()
})

test('a stopped task is found among more than a hundred', async () => {
  const { client } = await startTestEcs({ taskDefinitions: [scriptTask('', { command: ['/bin/true'] })] })
  const cluster = clusterOf(client)
  const mine = leaseOf(3)
  for (let tasks = 0; tasks < 110; tasks += 10) await runOne(client, { count: 10 })
  const arn = await runOne(client, { startedBy: formatLease(mine) })
  await untilStatus(client, arn, 'STOPPED')
  await expect.poll(async () => await arnOf(cluster, mine)).toBe(arn)
})

const arnOf = async (cluster: Cluster, lease: Lease): Promise<string | undefined> =>
  (await findTasks(cluster, [lease])).get(formatLease(lease))?.taskArn

const clusterOf = (client: Parameters<typeof runOne>[0]) => ({
  client,
  cluster: name,
  taskDefinition: 'runner',
  containerName: 'runner',
  subnets: [],
  securityGroups: [],
  assignPublicIp: false,
})
