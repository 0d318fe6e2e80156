import { expect, test } from 'vitest'
import { waitingAmong } from '../../functions/variants/waiting.ts'
import { provideEnv } from '../../shared/env.ts'
import type { GenerationRecord } from '../../shared/generation.ts'
import { DEFAULT_BRANCH_KEY, type Variant, variantKey } from '../../shared/variant.ts'
import type { Mood } from './ecs-double.ts'
import { Machine } from './machine.ts'
import { drained, virtualiseTime } from './simulated-process.ts'
import { type Faults, NO_FAULTS, World } from './world.ts'

virtualiseTime()
provideEnv({ MAX_QUEUED_PER_OWNER: '300', MAX_ACTIVE_TASKS: '4', MAX_ACTIVE_PER_OWNER: '2' })

const wanted: Record<string, number> = { noisy: 280, some: 15, few: 5 }
const variants = Object.entries(wanted).flatMap(([owner, count]) =>
  Array.from({ length: count }, (_, index): Variant => {
    return { owner, name: `p${index}`, branch: DEFAULT_BRANCH_KEY, provider: 'claude', model: 'm' }
  }),
)

interface Trouble {
  faults?: Faults
  /** How RunTask answers, changing every three minutes. */
  moods?: Mood[]
  /** Minutes between crashes of everything at once. */
  crashEvery?: number
  loseRings?: boolean
}

/** Plays 300 requests of three owners to their ends, with limits of 4 and 2. The invariants check the limits at every step. */
async function play(seed: number, { faults = NO_FAULTS, moods = ['well'], crashEvery, loseRings }: Trouble) {
  const world = new World(seed, () => {})
  const machine = new Machine(world)
  machine.maxActive = 4
  machine.maxActivePerOwner = 2
  const sweep = (): void => {
    world.after(60_000, sweep)
    machine.sweep()
  }
  sweep()
  for (const variant of variants) {
    machine.post(variant, { force: false, group: 'group' })
    await world.runFor(1_500)
  }
  world.faults = faults
  const loseRing = (): void => {
    if (world.faults === faults) world.after(1_000, loseRing)
    machine.sqs.loseOne()
  }
  if (loseRings) loseRing()
  const lastStart: Record<string, number> = {}
  const positions = new Map<string, number>()
  for (let minute = 0; ; minute++) {
    if (minute > 3_000) expect.fail('Some never end')
    const trouble = minute < 120
    if (!trouble) world.faults = NO_FAULTS
    machine.ecs.mood = (trouble && moods[Math.floor(minute / 3) % moods.length]) || 'well'
    if (crashEvery && trouble && minute % crashEvery === crashEvery - 1) machine.restart(false)
    await world.runFor(60_000)
    const records = machine.invariants.records() as unknown as GenerationRecord[]
    for (const { owner, startedAt } of records)
      if (startedAt) lastStart[owner] = Math.max(lastStart[owner] ?? 0, Date.parse(startedAt))
    for (const { generationId, position } of await positionsOf(machine, records)) {
      expect(position, generationId).toBeLessThanOrEqual(positions.get(generationId) ?? Number.POSITIVE_INFINITY)
      positions.set(generationId, position)
    }
    if (records.length === variants.length && records.every(({ status }) => status !== 'generating')) break
  }
  for (const variant of variants) {
    const record = machine.invariants.record(variantKey(variant))
    expect(record).toMatchObject({ status: 'ready' })
  }
  machine.invariants.check()
  for (const process of [...world.processes]) world.kill(process, 'the test is over')
  await drained()
  return { lastStart }
}

/** The positions of all that wait, as the API would show them now. */
async function positionsOf({ dynamodb }: Machine, records: GenerationRecord[]) {
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) =>
    dynamodb.execute(name, input)
  const waiting = await waitingAmong({ table: { client: { send } as never, name: 'docsfy' } }, records)
  return [...waiting].map(([generationId, { position }]) => ({ generationId, position }))
}

const lossy: Faults = { lost: 0.04, broken: 0, crash: 0, slow: 0.03, ghost: 0.02, stale: 0.2 }
const failures: Mood[] = [
  'no capacity',
  'well',
  'throttled',
  'throttled below',
  'well',
  'server error',
  'refused',
  'well',
]

test.each<[string, Trouble]>([
  ['nothing fails', {}],
  ['everything is killed every five minutes', { crashEvery: 5 }],
  ['replies, rings and events are lost, delayed or repeated', { faults: lossy, loseRings: true }],
  ['RunTask fails in every documented way', { moods: failures }],
])('280, 15 and 5 generations of three owners all become ready, the small owners first: %s', async (_, trouble) => {
  const { lastStart } = await play(17, trouble)
  const { few = 0, some = 0, noisy = 0 } = lastStart
  expect(few).toBeLessThan(some)
  expect(some).toBeLessThan(noisy)
})
