import { transitions } from '../../shared/lifecycle.ts'

/** The calls that book a cost. */
const booking = ['Get COST', 'Get SPENDING', 'Update SPENDING', 'Put COST', 'Update unmark']

/** The calls of every handler and the runner. After each of them, the process is made to crash. */
const calls: Record<string, string[]> = {
  generate: [
    'Get VARIANT',
    'Put CLEANUP',
    'Put CHANGES',
    'Put WAITING',
    'Put GENERATION',
    ...booking,
    'Update create',
    'Update reserve',
    'SendMessage',
    'Delete WAITING',
    'Delete GENERATION',
  ],
  dispatch: [
    'Query WAITING',
    'Query SLOTS',
    'Query TURNS',
    'Get VARIANT',
    'Put SLOTS',
    'Update launch',
    'RunTask',
    'Update recordTask',
    'Update refuse',
    'Update fail',
    'StopTask',
    'Delete SLOTS',
    'Delete WAITING',
    'Put TURNS',
    'Put CHANGES',
  ],
  runner: [
    'Put CHANGES',
    'Put KNOWN-DUE',
    'Put KNOWN-FROM',
    'Put KNOWN',
    'Update claim',
    'Update progress',
    'Update publish',
    'Update upToDate',
    'Update fail',
    'Update confirmAbort',
    'Get VARIANT',
    'GetObject',
    'PutObject',
    'Put CLEANUP',
    ...booking,
    'Update close',
  ],
  abort: [
    'Query CHANGES',
    'Query projectByChange',
    'BatchGet VARIANT',
    'Put CHANGES',
    'Get VARIANT',
    'Update askAbort',
    'StopTask',
    'DescribeTasks',
    'Update confirmAbort',
    'Delete WAITING',
    'Query SLOTS',
    'Delete SLOTS',
  ],
  delete: [
    'Query CHANGES',
    'Query projectByChange',
    'BatchGet VARIANT',
    'Put CHANGES',
    'Put KNOWN-DUE',
    'Get KNOWN',
    'Get KNOWN-FROM',
    'Query KNOWN-FROM',
    'Delete KNOWN-FROM',
    'Delete KNOWN',
    'Get VARIANT',
    'Put CLEANUP',
    ...booking,
    'Put VARIANT',
    'ListObjectsV2',
    'DeleteObjects',
  ],
  'task-stopped': [
    'Get VARIANT',
    'Put CHANGES',
    'Update confirmAbort',
    'Put WAITING',
    'Update resume',
    'Update retry',
    'Update giveUp',
    'Query SLOTS',
    'Delete SLOTS',
    'SendMessage',
  ],
  sweep: [
    'Query active',
    'Get VARIANT',
    'ListTasks',
    'DescribeTasks',
    'StopTask',
    'Put WAITING',
    'Update observe',
    'Update condemn',
    'Update resume',
    'Update retry',
    'Update giveUp',
    'Update fail',
    'Update confirmAbort',
    'Get ALL-BOOKED',
    'Query byChange',
    'Put CHANGES',
    'Query KNOWN-DUE',
    'Get KNOWN',
    'Get KNOWN-FROM',
    'Delete KNOWN-DUE',
    'Put ALL-BOOKED',
    ...booking,
    'Update close',
    'Query SLOTS',
    'Delete SLOTS',
    'Query CLEANUP',
    'ListObjectsV2',
    'DeleteObjects',
    'Delete CLEANUP',
    'Query WAITING',
    'SendMessage',
  ],
}

const duplicates = [
  'a concurrent POST',
  'a concurrent abort',
  'a concurrent dispatch',
  'a concurrent sweep',
  'a doorbell message delivered twice',
  'an event delivered twice',
  'an event out of order',
  'a RunTask with a used token',
  'a late duplicate of a request',
]

const deaths = [
  'a killed runner',
  'a suspended runner',
  'a runner that exits with an error',
  'a runner that runs out of memory',
  'a task that fails to start',
  'a Spot interruption',
  'a maintenance notice',
  'a task stopped by the scheduler',
  'a task stopped by an operator',
  'a failing host',
  'a SIGTERM',
  'a clean host restart',
  'a host crash',
  'a task that runs on after ECS reported its end',
]

const events = ['a lost doorbell message', 'a lost event']

/** Updates whose reply is lost, so that the SDK repeats them. */
const repeats = [...Object.keys(transitions), 'SPENDING', 'unmark']
  .filter((row) => row !== 'remove')
  .map((row) => `a repeat of Update ${row} whose reply was lost`)

/** The cells that a run has to hit, by group. */
const expected: Record<string, string[]> = {
  applied: Object.keys(transitions),
  // A refused `condemn` takes two coincidences; the lifecycle table's test covers it.
  refused: Object.keys(transitions).filter((row) => row !== 'condemn'),
  'crash after': Object.entries(calls).flatMap(([kind, labels]) => labels.map((label) => `${kind}: ${label}`)),
  duplicate: [
    ...duplicates,
    ...repeats,
    'a repeat of Put VARIANT whose reply was lost',
    'a repeat of Put COST whose reply was lost',
  ],
  death: deaths,
  event: events,
}

/** The minimum number of hits per cell. */
const ENOUGH = 20

/** The cells with too few hits, each with its count. */
export const missing = (cells: ReadonlyMap<string, number>): string[] =>
  Object.entries(expected)
    .flatMap(([group, names]) => names.map((name) => `${group} | ${name}`))
    .filter((cell) => (cells.get(cell) ?? 0) < ENOUGH)
    .map((cell) => `${cell}: ${cells.get(cell) ?? 0}`)

/** Formats the matrix as text: a line per handler for crashes after its calls, and a line per group for the rest. */
export function formatMatrix(cells: ReadonlyMap<string, number>): string {
  const line = (title: string, group: string, names: string[], shown: (name: string) => string) =>
    `${title}: ${names.map((name) => `${shown(name)} ${cells.get(`${group} | ${name}`) ?? 0}`).join(' · ')}`
  const crashes = Object.entries(calls).map(([kind, labels]) =>
    line(
      `crashed after a call, ${kind}`,
      'crash after',
      labels.map((label) => `${kind}: ${label}`),
      (name) => name.slice(kind.length + 2),
    ),
  )
  const others = Object.entries(expected)
    .filter(([group]) => group !== 'crash after')
    .map(([group, names]) => line(group, group, names, (name) => name.replace(/^a repeat of (.*) whose reply.*/, '$1')))
  const races = [...cells].filter(([cell]) => cell.startsWith('race | '))
  return [...others, ...crashes, `delayed against a rival: ${races.length} pairs of call and rival`].join('\n')
}
