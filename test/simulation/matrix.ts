import { transitions } from '../../shared/lifecycle.ts'

/** Whoever books a cost. */
const booking = ['Get COST', 'Get SPENDING', 'Update SPENDING', 'Put COST', 'Update unmark']

/** What every handler and the runner call: each is a point at which they are made to die. */
const calls: Record<string, string[]> = {
  generate: [
    'Get VARIANT',
    'Put CLEANUP',
    'Put CREATIONS',
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
  ],
  runner: [
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
    'Query CREATIONS',
    'Query byName',
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
    'Query CREATIONS',
    'Query byName',
    'Get VARIANT',
    'Put CLEANUP',
    ...booking,
    'Put VARIANT',
    'ListObjectsV2',
    'DeleteObjects',
  ],
  'task-stopped': [
    'Get VARIANT',
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
    'Query all',
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
  'a POST beside another',
  'an abort beside another',
  'a dispatch beside another',
  'a sweep beside another',
  'a doorbell that was received before',
  'an event that comes twice',
  'an event out of order',
  'a RunTask with a token that was used before',
  'a request that arrives again, late',
]

const deaths = [
  'a runner that is killed',
  'a runner that is stopped for a while',
  'a runner that gives up',
  'a runner that takes too much memory',
  'a task that fails to start',
  'a Spot interruption',
  'a maintenance notice',
  'a scheduler that stops a task',
  'an operator who stops a task',
  'a host that breaks',
  'a SIGTERM',
  'a host that restarts in order',
  'a host that crashes',
  'a task that goes on after its end was reported',
]

const events = ['a doorbell that nobody hears', 'an event that never comes']

/** Updates whose reply is lost, so that the SDK sends them again. */
const repeats = [...Object.keys(transitions), 'SPENDING', 'unmark']
  .filter((row) => row !== 'remove')
  .map((row) => `a repeat of Update ${row} whose reply was lost`)

/** All that a run has to hit, by group. */
const expected: Record<string, string[]> = {
  applied: Object.keys(transitions),
  // A mark that comes too late takes two coincidences; the table's own test has it.
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

/** How often each cell has to be hit. */
const ENOUGH = 20

/** The cells that were hit too seldom, each with how often. */
export const missing = (cells: ReadonlyMap<string, number>): string[] =>
  Object.entries(expected)
    .flatMap(([group, names]) => names.map((name) => `${group} | ${name}`))
    .filter((cell) => (cells.get(cell) ?? 0) < ENOUGH)
    .map((cell) => `${cell}: ${cells.get(cell) ?? 0}`)

/** The matrix as text: a line per handler for the deaths after its calls, and one per group for the rest. */
export function formatMatrix(cells: ReadonlyMap<string, number>): string {
  const line = (title: string, group: string, names: string[], shown: (name: string) => string) =>
    `${title}: ${names.map((name) => `${shown(name)} ${cells.get(`${group} | ${name}`) ?? 0}`).join(' · ')}`
  const crashes = Object.entries(calls).map(([kind, labels]) =>
    line(
      `died after a call, ${kind}`,
      'crash after',
      labels.map((label) => `${kind}: ${label}`),
      (name) => name.slice(kind.length + 2),
    ),
  )
  const others = Object.entries(expected)
    .filter(([group]) => group !== 'crash after')
    .map(([group, names]) => line(group, group, names, (name) => name.replace(/^a repeat of (.*) whose reply.*/, '$1')))
  const races = [...cells].filter(([cell]) => cell.startsWith('race | '))
  return [...others, ...crashes, `held back against a rival: ${races.length} pairs of call and rival`].join('\n')
}
