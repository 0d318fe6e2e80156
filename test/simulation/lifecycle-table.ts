import { closeRecord, removeRecord, reserve } from '../../shared/aws/variant-store.ts'
import type { Assignment, GenerationRecord } from '../../shared/generation.ts'
import { type TransitionName, transitions } from '../../shared/lifecycle.ts'
import { type Variant, variantKey } from '../../shared/variant.ts'
import { DynamoDbDouble } from './dynamodb-double.ts'
import { transitionBySample } from './sample-writes.ts'

const variant: Variant = { owner: 'anna', name: 'one', branch: 'main', provider: 'claude', model: 'm' }
const [mine, another] = ['00000001-0000-4000-8000-000000000000', '00000002-0000-4000-8000-000000000000']
const [me, rival] = ['task-1', 'task-2']
const [earlier, at, later] = ['2026-12-31T23:59:59.000Z', '2027-01-01T00:00:00.000Z', '2027-01-01T00:00:01.000Z']

const assignment: Assignment = {
  generationId: mine,
  repoUrl: 'https://host/group/one',
  askedRef: null,
  repoType: null,
  timeoutMinutes: 1,
  force: false,
  pageScope: mine,
  queuedAt: at,
}

/** Single properties of a record that can forbid a transition. */
const obstacles = {
  'the record is gone': {},
  'the record was removed': { removedAt: at },
  'it has ended': { status: 'ready' },
  'it is generating': { status: 'generating' },
  'another generation': { generationId: another },
  'the next attempt': { attempt: 2 },
  'an abort was requested': { abortAskedAt: at },
  'no abort was requested': { abortAskedAt: undefined },
  'no task was requested': { launchedAt: undefined },
  'a task was requested': { launchedAt: at },
  'a runner has claimed': { claimedBy: me },
  'another runner has claimed': { claimedBy: rival },
  'no runner has claimed': { claimedBy: undefined },
  'a later report has arrived': { heartbeats: 1 },
  'a retry is left': { deaths: 1 },
  'no retry is left': { deaths: 2 },
} as const
type Obstacle = keyof typeof obstacles

const absent = undefined
const queued = {}
const launched = { launchedAt: at }
const claimed = { ...launched, claimedBy: me }
const fence: Obstacle[] = ['it has ended', 'another generation', 'the next attempt']
const work: Obstacle[] = [...fence, 'an abort was requested']

interface Expectation {
  /** A record to which the transition applies; undefined if there must be none. */
  from: object | undefined
  refusedWhen: Obstacle[]
}

/** The lifecycle, restated in terms of what must not happen. */
const expectations: Record<TransitionName, Expectation> = {
  create: { from: absent, refusedWhen: ['it has ended', 'it is generating', 'the record was removed'] },
  reserve: { from: { status: 'ready' }, refusedWhen: ['it is generating', 'another generation', 'the record is gone'] },
  prioritize: {
    from: queued,
    refusedWhen: ['it has ended', 'another generation', 'an abort was requested', 'a task was requested'],
  },
  launch: { from: queued, refusedWhen: [...work, 'a task was requested'] },
  recordTask: { from: launched, refusedWhen: [...work, 'no task was requested'] },
  refuse: { from: launched, refusedWhen: [...work, 'no task was requested', 'a runner has claimed'] },
  claim: {
    from: launched,
    refusedWhen: [...work, 'no task was requested', 'another runner has claimed'],
  },
  progress: {
    from: claimed,
    refusedWhen: [...work, 'another runner has claimed', 'no runner has claimed', 'a later report has arrived'],
  },
  publish: { from: claimed, refusedWhen: [...work, 'another runner has claimed', 'no runner has claimed'] },
  upToDate: { from: claimed, refusedWhen: [...work, 'another runner has claimed', 'no runner has claimed'] },
  fail: { from: launched, refusedWhen: work },
  resume: { from: { ...launched, deaths: 2 }, refusedWhen: [...work, 'no task was requested'] },
  retry: { from: { ...launched, deaths: 1 }, refusedWhen: [...work, 'no task was requested', 'no retry is left'] },
  giveUp: { from: { ...launched, deaths: 2 }, refusedWhen: [...work, 'no task was requested', 'a retry is left'] },
  condemn: { from: launched, refusedWhen: [...work, 'no task was requested'] },
  askAbort: {
    from: launched,
    refusedWhen: ['it has ended', 'another generation', 'an abort was requested'],
  },
  confirmAbort: {
    from: { abortAskedAt: at },
    refusedWhen: ['it has ended', 'another generation', 'no abort was requested'],
  },
  close: { from: { status: 'ready' }, refusedWhen: ['it is generating', 'another generation', 'the record is gone'] },
  remove: { from: { status: 'ready' }, refusedWhen: ['it is generating', 'another generation'] },
  observe: { from: claimed, refusedWhen: fence },
}

/** Tries every row of the lifecycle table on a record it applies to, and with each property that forbids it. @returns the errors */
export async function checkLifecycleTable(): Promise<string[]> {
  const wrong: string[] = []
  for (const [name, { from, refusedWhen }] of Object.entries(expectations)) {
    const row = name as TransitionName
    if (!(await applies(row, from))) wrong.push(`${row} does not apply`)
    for (const obstacle of refusedWhen) {
      const obstructed = obstacle === 'the record is gone' ? absent : { ...from, ...obstacles[obstacle] }
      if (await applies(row, obstructed)) wrong.push(`${row} applies although: ${obstacle}`)
    }
  }
  if (!(await applies('claim', claimed))) wrong.push('claim does not apply twice')
  if (!(await applies('create', { removedAt: earlier }))) wrong.push('create does not apply over a tombstone')
  const unknown = Object.keys(transitions).filter((row) => !(row in expectations))
  return [...wrong, ...unknown.map((row) => `${row} has no expectation`)]
}

async function applies(row: TransitionName, state: object | undefined): Promise<boolean> {
  const double = new DynamoDbDouble()
  let writes = 0
  const send = async (command: { constructor: { name: string }; input: object }) => {
    const { name } = command.constructor
    const reply = double.execute(name, command.input)
    if (/Update|Put/.test(name) && keysOf(command.input).sk === 'RECORD') writes++
    return reply
  }
  const table = { client: { send } as never, name: 'docsfy' }
  const key = variantKey(variant)
  const { pk, sk, ...record } = recordOf(key)
  const ended = { ...recordOf(key), status: 'ready' as const }
  const rest = state && 'removedAt' in state ? state : { ...record, ...state }
  if (state) double.execute('PutCommand', { Item: { pk, sk, ...rest } })
  if (row === 'reserve' || row === 'create') {
    const seen = row === 'reserve' ? ended : undefined
    await reserve(table, variant, { ...assignment, generationId: '00000003-0000-4000-8000-000000000000' }, seen)
  } else if (row === 'close') await closeRecord(table, ended)
  else if (row === 'remove') await removeRecord(table, recordOf(key))
  else await transitionBySample(table, row, { key, generationId: mine, attempt: 1, me }, { me, at: later })
  return writes > 0
}

const keysOf = (input: { Key?: { sk?: string }; Item?: { sk?: string } }) => input.Key ?? input.Item ?? {}

const recordOf = (key: string) =>
  ({
    pk: `VARIANT#${key}`,
    sk: 'RECORD',
    key,
    ...variant,
    ...assignment,
    status: 'generating',
    stage: 'queued',
    attempt: 1,
    deaths: 0,
    hostEnds: 0,
    ranSeconds: 0,
    heartbeats: 0,
    progressSteps: 0,
    createdAt: at,
    updatedAt: at,
  }) as unknown as GenerationRecord & { pk: string; sk: string }
