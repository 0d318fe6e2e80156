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

/** One thing about a record that a transition may not overlook. */
const spoilers = {
  'it is gone': {},
  'its record was removed': { removedAt: at },
  'it has ended': { status: 'ready' },
  'it is generating': { status: 'generating' },
  'another generation': { generationId: another },
  'the next attempt': { attempt: 2 },
  'an abort was asked for': { abortAskedAt: at },
  'no abort was asked for': { abortAskedAt: undefined },
  'no task was asked for': { launchedAt: undefined },
  'a task was asked for': { launchedAt: at },
  'a runner has claimed': { claimedBy: me },
  'another runner has claimed': { claimedBy: rival },
  'nobody has claimed': { claimedBy: undefined },
  'a later report is there': { heartbeats: 1 },
  'a retry is left': { deaths: 1 },
  'no retry is left': { deaths: 2 },
} as const
type Spoiler = keyof typeof spoilers

const absent = undefined
const queued = {}
const launched = { launchedAt: at }
const claimed = { ...launched, claimedBy: me }
const fence: Spoiler[] = ['it has ended', 'another generation', 'the next attempt']
const work: Spoiler[] = [...fence, 'an abort was asked for']

interface Expectation {
  /** A record on which the transition happens; none where there must be none. */
  from: object | undefined
  refusedWhen: Spoiler[]
}

/** The lifecycle once more, told by what must not happen. */
const expectations: Record<TransitionName, Expectation> = {
  create: { from: absent, refusedWhen: ['it has ended', 'it is generating', 'its record was removed'] },
  reserve: { from: { status: 'ready' }, refusedWhen: ['it is generating', 'another generation', 'it is gone'] },
  launch: { from: queued, refusedWhen: [...work, 'a task was asked for'] },
  recordTask: { from: launched, refusedWhen: [...work, 'no task was asked for'] },
  refuse: { from: launched, refusedWhen: [...work, 'no task was asked for', 'a runner has claimed'] },
  claim: {
    from: launched,
    refusedWhen: [...work, 'no task was asked for', 'another runner has claimed'],
  },
  progress: {
    from: claimed,
    refusedWhen: [...work, 'another runner has claimed', 'nobody has claimed', 'a later report is there'],
  },
  publish: { from: claimed, refusedWhen: [...work, 'another runner has claimed', 'nobody has claimed'] },
  upToDate: { from: claimed, refusedWhen: [...work, 'another runner has claimed', 'nobody has claimed'] },
  fail: { from: launched, refusedWhen: work },
  resume: { from: { ...launched, deaths: 2 }, refusedWhen: [...work, 'no task was asked for'] },
  retry: { from: { ...launched, deaths: 1 }, refusedWhen: [...work, 'no task was asked for', 'no retry is left'] },
  giveUp: { from: { ...launched, deaths: 2 }, refusedWhen: [...work, 'no task was asked for', 'a retry is left'] },
  condemn: { from: launched, refusedWhen: [...work, 'no task was asked for'] },
  askAbort: {
    from: launched,
    refusedWhen: ['it has ended', 'another generation', 'an abort was asked for'],
  },
  confirmAbort: {
    from: { abortAskedAt: at },
    refusedWhen: ['it has ended', 'another generation', 'no abort was asked for'],
  },
  close: { from: { status: 'ready' }, refusedWhen: ['it is generating', 'another generation', 'it is gone'] },
  remove: { from: { status: 'ready' }, refusedWhen: ['it is generating', 'another generation'] },
  observe: { from: claimed, refusedWhen: fence },
}

/** Tries every row of the lifecycle table, as it should apply and with each thing that should stop it. @returns what was wrong */
export async function checkLifecycleTable(): Promise<string[]> {
  const wrong: string[] = []
  for (const [name, { from, refusedWhen }] of Object.entries(expectations)) {
    const row = name as TransitionName
    if (!(await applies(row, from))) wrong.push(`${row} does not apply`)
    for (const spoiler of refusedWhen) {
      const spoilt = spoiler === 'it is gone' ? absent : { ...from, ...spoilers[spoiler] }
      if (await applies(row, spoilt)) wrong.push(`${row} applies although: ${spoiler}`)
    }
  }
  if (!(await applies('claim', claimed))) wrong.push('claim does not apply a second time')
  if (!(await applies('create', { removedAt: earlier }))) wrong.push('create does not apply over a tombstone')
  const unknown = Object.keys(transitions).filter((row) => !(row in expectations))
  return [...wrong, ...unknown.map((row) => `${row} is not known here`)]
}

async function applies(row: TransitionName, state: object | undefined): Promise<boolean> {
  const double = new DynamoDbDouble()
  let writes = 0
  const send = async (command: { constructor: { name: string }; input: object }) => {
    const { name } = command.constructor
    const reply = double.execute(name, command.input)
    if (/Update|Put/.test(name)) writes++
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
