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
import type { PublishedSite } from '../../../shared/site.ts'

/** The functions are never called: `npm run typecheck` fails if one of these rules no longer holds. */
const table = {} as Table
const lease: Lease = { key: '', generationId: '', attempt: 1 }
const runner = { ...lease, me: 'a-task' }
const site = {} as PublishedSite
const reported: Omit<Writes<'progress'>, 'stage'> = { heartbeats: 1, progressSteps: 1, ranSeconds: 1 }

test('required fields of a transition cannot be left out', () => {
  const wrong = [
    // @ts-expect-error: `ready` without a site
    () => transition(table, 'publish', runner, { donePages: 1, unverifiedCitations: 0 }),
    // @ts-expect-error: a site whose repository is not recorded
    () => transition(table, 'publish', runner, { published: site, donePages: 1, unverifiedCitations: 0 }),
    // @ts-expect-error: an error without its message
    () => transition(table, 'fail', lease, {}),
    // @ts-expect-error: a retry that is not counted
    () => transition(table, 'retry', lease, { waitingReason: 'it died' }),
    // @ts-expect-error: an error that removes its message
    () => transition(table, 'fail', lease, { errorMessage: undefined }),
    // @ts-expect-error: an assignment without its scope
    (): Writes<'create'> => ({ ...assignment, pageScope: undefined }),
  ]
  expect(wrong).toHaveLength(6)
})

test('a transition cannot set or remove any other field, not even through a spread', () => {
  const wrong = [
    // @ts-expect-error: an aborted runner publishes
    () => transition(table, 'confirmAbort', lease, { errorMessage: 'aborted', published: undefined }),
    // @ts-expect-error: a launch sets the claim
    () => transition(table, 'launch', lease, { ...launch, claimedBy: 'a-task' }),
    // @ts-expect-error: a field that this row clears
    () => transition(table, 'launch', lease, { ...launch, ...{ waitingReason: 'no capacity' } }),
    // @ts-expect-error: only the table sets a status
    () => transition(table, 'progress', runner, { ...reported, status: 'ready' }),
    // @ts-expect-error: not a field of the record
    () => transition(table, 'progress', runner, { ...reported, donePage: 1 }),
  ]
  expect(wrong).toHaveLength(5)
})

test('a runner must identify itself where a guard compares its claim', () => {
  // @ts-expect-error: the runner is missing
  const wrong = () => transition(table, 'progress', lease, reported)
  const right = () => transition(table, 'progress', runner, reported)
  expect([wrong, right]).toHaveLength(2)
})

test('a row of the table sets only fields that transitions may set, and clears only optional ones', () => {
  const wrong: Transition[] = [
    // @ts-expect-error: not a field of the record
    { requires: [], sets: ['donePage'] },
    // @ts-expect-error: the store counts attempts
    { requires: [], maySet: ['attempt'] },
    // @ts-expect-error: every record has this field
    { requires: [], clears: ['deaths'] },
  ]
  expect(wrong).toHaveLength(3)
})

test('every field of the record belongs to exactly one of variant, generation and attempt', () => {
  type Field = keyof z.infer<typeof GenerationRecord>
  type Grouped = keyof typeof VariantState.shape | keyof typeof GenerationState.shape | keyof typeof AttemptState.shape
  const outside = (field: Exclude<Field | keyof GenerationRecord, Grouped>): never => field
  expect(outside).toBeTypeOf('function')
  const fields = [VariantState, GenerationState, AttemptState].flatMap(({ shape }) => Object.keys(shape))
  expect(fields.toSorted()).toEqual(Object.keys(GenerationRecord.shape).toSorted())
})

test('a new generation has all its required fields, and a new attempt needs none', () => {
  // @ts-expect-error: the URL is missing
  const wrong = (): NewRecord => ({ ...begun, repoUrl: undefined })
  expect(wrong).toBeTypeOf('function')
  expect(AttemptState.parse({})).toEqual({})
})

test('no row both sets and clears a field', () => {
  for (const { sets = [], maySet = [], clears = [] } of Object.values<Transition>(transitions))
    expect(clears.filter((field) => sets.includes(field) || maySet.includes(field))).toEqual([])
})

const launch: Writes<'launch'> = { launchedAt: '', startedAt: '', limitSeconds: 60, mayUseCredentials: true }
const assignment: Writes<'create'> = {
  ...{ generationId: '', repoUrl: '', askedRef: null, repoType: null },
  ...{ timeoutMinutes: 1, force: false, pageScope: '', queuedAt: '' },
}
const begun: NewRecord = {
  ...{ ...assignment, key: '', attempt: 1 },
  ...{ owner: '', name: '', branch: '', provider: 'claude', model: '' },
}
