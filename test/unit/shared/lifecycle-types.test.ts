import { expect, test } from 'vitest'
import type * as z from 'zod'
import type { Table } from '../../../shared/aws/clients.ts'
import { transition } from '../../../shared/aws/variant-store.ts'
import {
  AttemptState,
  GenerationRecord,
  GenerationState,
  type Lease,
  type NewRecord,
  VariantState,
} from '../../../shared/generation.ts'
import { type Transition, transitions, type Writes } from '../../../shared/lifecycle.ts'

/** What is not called here only has to compile, or not to: `npm run typecheck` fails when a rule below is lost. */
const table = {} as Table
const lease: Lease = { key: '', generationId: '', attempt: 1 }
const runner = { ...lease, me: 'a-task' }
const reported: Omit<Writes<'progress'>, 'stage'> = { heartbeats: 1, progressSteps: 1, ranSeconds: 1 }

test('what a transition must set cannot be left out', () => {
  const wrong = [
    // @ts-expect-error: `ready` without a site
    () => transition(table, 'publish', runner, { donePages: 1, unverifiedCitations: 0 }),
    // @ts-expect-error: an error without its message
    () => transition(table, 'fail', lease, {}),
    // @ts-expect-error: a retry that is not counted
    () => transition(table, 'retry', lease, { waitingReason: 'it died' }),
    // @ts-expect-error: a message that is taken away
    () => transition(table, 'fail', lease, { errorMessage: undefined }),
    // @ts-expect-error: an assignment without its scope
    (): Writes<'create'> => ({ ...assignment, pageScope: undefined }),
  ]
  expect(wrong).toHaveLength(5)
})

test('what a transition may not set cannot be given, not even by a spread or for removal', () => {
  const wrong = [
    // @ts-expect-error: an aborted runner publishes
    () => transition(table, 'confirmAbort', lease, { errorMessage: 'aborted', published: undefined }),
    // @ts-expect-error: a launch says who has claimed
    () => transition(table, 'launch', lease, { ...launch, claimedBy: 'a-task' }),
    // @ts-expect-error: a field that this row clears
    () => transition(table, 'launch', lease, { ...launch, ...{ waitingReason: 'no capacity' } }),
    // @ts-expect-error: only a row of the table sets a status
    () => transition(table, 'progress', runner, { ...reported, status: 'ready' }),
    // @ts-expect-error: no field of the record
    () => transition(table, 'progress', runner, { ...reported, donePage: 1 }),
  ]
  expect(wrong).toHaveLength(5)
})

test('a runner says which it is where a guard compares with that', () => {
  // @ts-expect-error: whose claim?
  const wrong = () => transition(table, 'progress', lease, reported)
  const right = () => transition(table, 'progress', runner, reported)
  expect([wrong, right]).toHaveLength(2)
})

test('a row of the table names only fields that a transition can set, and clears only what a record may lack', () => {
  const wrong: Transition[] = [
    // @ts-expect-error: no field of the record
    { requires: [], sets: ['donePage'] },
    // @ts-expect-error: the store counts attempts
    { requires: [], maySet: ['attempt'] },
    // @ts-expect-error: every record has it
    { requires: [], clears: ['deaths'] },
  ]
  expect(wrong).toHaveLength(3)
})

test('every field of the record lives as long as a variant, a generation or an attempt, and as one of these alone', () => {
  type Field = keyof z.infer<typeof GenerationRecord>
  type Grouped = keyof typeof VariantState.shape | keyof typeof GenerationState.shape | keyof typeof AttemptState.shape
  const outside = (field: Exclude<Field | keyof GenerationRecord, Grouped>): never => field
  expect(outside).toBeTypeOf('function')
  const fields = [VariantState, GenerationState, AttemptState].flatMap(({ shape }) => Object.keys(shape))
  expect(fields.toSorted()).toEqual(Object.keys(GenerationRecord.shape).toSorted())
})

test('what a generation cannot be without is there when it begins, and an attempt begins with nothing', () => {
  // @ts-expect-error: its address is missing
  const wrong = (): NewRecord => ({ ...begun, repoUrl: undefined })
  expect(wrong).toBeTypeOf('function')
  expect(AttemptState.parse({})).toEqual({})
})

test('no row both sets and clears a field', () => {
  for (const { sets = [], maySet = [], clears = [] } of Object.values<Transition>(transitions))
    expect(clears.filter((field) => sets.includes(field) || maySet.includes(field))).toEqual([])
})

const launch: Writes<'launch'> = { launchedAt: '', startedAt: '', limitSeconds: 60 }
const assignment: Writes<'create'> = {
  ...{ generationId: '', repoUrl: '', askedRef: null, repoType: null },
  ...{ timeoutMinutes: 1, force: false, pageScope: '', queuedAt: '' },
}
const begun: NewRecord = {
  ...{ ...assignment, key: '', attempt: 1 },
  ...{ owner: '', name: '', branch: '', provider: 'claude', model: '' },
}
