import { dispatch } from '../../functions/generations/dispatch.ts'
import type { Cluster, Queue, Table } from '../../shared/aws/clients.ts'
import { itemKeys } from '../../shared/aws/table.ts'
import { DEFAULT_BRANCH_KEY, type Variant, variantKey } from '../../shared/variant.ts'
import { quietLog } from '../support/quiet-log.ts'
import { type Counts, countedTable } from './counted-table.ts'

/** Items that `waiting` generations of `owners` owners leave in the table, written as the stores do. */
function fill(double: ReturnType<typeof countedTable>['double'], waiting: number, owners: number): void {
  const at = '2027-01-01T00:00:00.000Z'
  for (let number = 0; number < waiting; number++) {
    const owner = `owner-${String(number % owners).padStart(5, '0')}`
    const variant: Variant = { owner, name: `p${number}`, branch: DEFAULT_BRANCH_KEY, provider: 'claude', model: 'm' }
    const key = variantKey(variant)
    const generationId = `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`
    const queuedAt = new Date(Date.parse(at) + number).toISOString()
    const entry = { waitsFor: owner, waitingSince: queuedAt, generationId, variantKey: key }
    double.execute('PutCommand', { Item: { ...itemKeys.waiting(owner, queuedAt, generationId), ...entry } })
    const wanted = { repoUrl: 'https://host/a/b', askedRef: null, repoType: null, timeoutMinutes: 60, force: false }
    const counters = { deaths: 0, hostEnds: 0, ranSeconds: 0, heartbeats: 0, progressSteps: 0 }
    const state = { status: 'generating', stage: 'queued', attempt: 1, createdAt: at, updatedAt: at, changedAt: at }
    const record = {
      ...variant,
      ...wanted,
      ...counters,
      ...state,
      key,
      generationId,
      pageScope: generationId,
      queuedAt,
    }
    double.execute('PutCommand', { Item: { ...itemKeys.variant(key), ...record } })
  }
}

/** What one round of dispatch costs that starts `starts` tasks, with so many waiting. */
export async function measureRound(
  waiting: number,
  owners: number,
  starts: number,
): Promise<Counts & { runTasks: number }> {
  const { table, count } = tableWith(waiting, owners)
  // A round also ends with its time, and a table of 100,000 items in memory is slow.
  const { now } = Date
  const frozen = now()
  Date.now = () => frozen
  let runTasks = 0
  const counts = await count(async () => {
    runTasks = await playRound(table, starts)
  })
  Date.now = now
  return { ...counts, runTasks }
}

/** A table with so many waiting generations. */
export function tableWith(waiting: number, owners: number): ReturnType<typeof countedTable> {
  const counted = countedTable()
  fill(counted.double, waiting, owners)
  return counted
}

/** Plays a round of dispatch with `maxActive` slots. @returns how many tasks it started */
export async function playRound(table: Table, maxActive: number): Promise<number> {
  let runTasks = 0
  const client = { send: async () => ({ tasks: [{ taskArn: `task-${++runTasks}` }] }) }
  const cluster = { client, cluster: 'c', taskDefinition: 'runner', subnets: [] } as unknown as Cluster
  const queue = { client: { send: async () => ({}) }, url: '' } as unknown as Queue
  const limits = { maxActive, maxActivePerOwner: maxActive, generationTimeoutMinutes: 60 }
  await dispatch({ table, queue, cluster }, { ...limits, credentialsFor: ['all'], log: quietLog })
  return runTasks
}
