import { isDeepStrictEqual } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { findProject } from '../../../../functions/variants/find.ts'
import { listVariants } from '../../../../functions/variants/list.ts'
import type { Bucket, Table } from '../../../../shared/aws/clients.ts'
import { listGrants, putGrant, removeGrant } from '../../../../shared/aws/grant-store.ts'
import { readRecord } from '../../../../shared/aws/records.ts'
import { putObject } from '../../../../shared/aws/site-store.ts'
import { removeRecord, transition } from '../../../../shared/aws/variant-store.ts'
import { type GenerationRecord, leaseOf } from '../../../../shared/generation.ts'
import { isActive } from '../../../../shared/lifecycle.ts'
import { now } from '../../../../shared/time.ts'
import type { Caller } from '../../../../shared/user.ts'
import { type Variant, variantKey } from '../../../../shared/variant.ts'
import { beginVariant, makeVariant } from '../../../contract/variant-makers.ts'
import { DynamoDbDouble } from '../../../simulation/dynamodb-double.ts'
import { S3Double } from '../../../simulation/s3-double.ts'
import { launched } from '../../../support/launched.ts'
import { Seeded } from '../../../support/seeded.ts'

interface Command {
  constructor: { name: string }
  input: object
}

/** Stores with indexes that lag if `lags` is set; `between` is called before each page of an index. */
function openStores(random: Seeded, options: { lags: boolean; pageSize: () => number }) {
  const catchUp = (missing: number) => (options.lags ? random.between(0, missing) : missing)
  const dynamodb = new DynamoDbDouble({ pageSize: options.pageSize, catchUp })
  const s3 = new S3Double(() => 1_000, { onPut() {}, onDelete() {} })
  const stores = { between: async () => {} }
  const send = async (command: Command) => {
    if ('IndexName' in command.input) await stores.between()
    return dynamodb.execute(command.constructor.name, command.input)
  }
  const table = { client: { send }, name: 'docsfy' } as unknown as Table
  const bucket = {
    client: { send: async (command: Command) => s3.execute(command.constructor.name, command.input) },
    name: 'docsfy',
  } as unknown as Bucket
  return { table, bucket, stores }
}

afterEach(() => {
  vi.useRealTimers()
})

const owners = ['one', 'two']
const names = ['alpha', 'beta', 'gamma']
const viewers: Caller[] = [
  { username: 'one', role: 'user' },
  { username: 'two', role: 'viewer' },
  { username: 'guest', role: 'viewer' },
  { username: 'admin', role: 'admin' },
]

/** Makes random changes that a list shows. `exists` has every variant from its reservation to its removal. */
function openHistory(random: Seeded, { table, bucket }: { table: Table; bucket: Bucket }, models: number) {
  const exists = new Map<string, Variant>()
  const anyVariant = (): Variant => ({
    owner: random.pick(owners),
    name: random.pick(names),
    branch: random.pick(['main', 'dev']),
    provider: 'claude',
    model: `m${random.between(1, models)}`,
  })

  async function change(): Promise<void> {
    const variant = random.chance(0.7) && exists.size > 0 ? random.pick([...exists.values()]) : anyVariant()
    const record = await readRecord(table, variantKey(variant))
    if (isActive(record) && record) await goOn(record)
    else if (record && random.chance(0.3)) await remove(variant, record)
    else {
      // Ignore the failure if the variant was removed in the same millisecond.
      const begun = await beginVariant(table, variant, record).catch(() => undefined)
      if (begun) exists.set(variantKey(variant), variant)
    }
  }

  async function goOn(record: GenerationRecord): Promise<void> {
    const lease = { ...leaseOf(record), me: 'a-task' }
    if (!record.launchedAt) return void (await transition(table, 'launch', lease, launched()))
    if (!record.claimedBy)
      return void (await transition(table, 'claim', lease, { claimedBy: lease.me, taskArn: lease.me }))
    const [heartbeats, progressSteps, ranSeconds] = [
      record.heartbeats + 1,
      record.progressSteps + 1,
      record.ranSeconds + 15,
    ]
    const counters = { heartbeats, progressSteps, ranSeconds }
    const planKey = `${record.key}/plan-${random.between(1, 9)}`
    await putObject(bucket, planKey, JSON.stringify({ project_name: planKey }), 'application/json')
    await random.pick([
      () => transition(table, 'progress', lease, { ...counters, donePages: random.between(0, 9), planKey }),
      () => transition(table, 'progress', lease, { ...counters, costUsd: random.between(1, 9) / 7 }),
      () => transition(table, 'fail', lease, { errorMessage: `no luck ${random.between(1, 3)}` }),
      () => transition(table, 'resume', lease, { hostEnds: 1, waitingReason: 'Its task ended' }),
      async () => {
        await transition(table, 'askAbort', lease, { abortAskedAt: now() })
        await transition(table, 'confirmAbort', lease, { errorMessage: 'aborted' })
      },
      () => {
        const published = publishedBy(record, random.chance(0.8))
        return transition(table, 'publish', lease, {
          published,
          publishedUrl: record.repoUrl,
          donePages: 2,
          unverifiedCitations: 0,
        })
      },
    ])()
  }

  /** Ends all active generations. */
  async function finish(): Promise<void> {
    for (const key of exists.keys()) {
      const record = await readRecord(table, key)
      if (record && isActive(record)) await transition(table, 'fail', leaseOf(record), { errorMessage: 'finished' })
    }
  }

  async function remove(variant: Variant, record: GenerationRecord): Promise<void> {
    exists.delete(variantKey(variant))
    await removeRecord(table, record)
  }

  async function changeGrants(): Promise<void> {
    const username = random.pick(['guest', ...owners])
    const grant = { owner: random.pick(owners), name: random.pick(names) }
    await (random.chance(0.5) ? putGrant(table, username, grant) : removeGrant(table, username, grant))
  }

  async function visibleTo({ username, role }: Caller): Promise<string[]> {
    const grants = role === 'admin' ? [] : await listGrants(table, username)
    const granted = ({ owner, name }: Variant) => grants.some((grant) => grant.owner === owner && grant.name === name)
    return [...exists]
      .filter(([, variant]) => role === 'admin' || variant.owner === username || granted(variant))
      .map(([key]) => key)
  }

  return { change, changeGrants, finish, visibleTo, exists }
}

function publishedBy({ key, generationId }: GenerationRecord, complete: boolean) {
  const prefix = `${key}/${generationId}/1/site/`
  return {
    ...{ prefix, generationId, pageScope: generationId, commit: 'c'.repeat(40), ref: 'main' },
    ...{ pageCount: 2, complete, publishedAt: now() },
  }
}

type View = NonNullable<Awaited<ReturnType<typeof listVariants>>['page']>['projects'][number]
const keyOf = ({ owner, name, branch, ai_provider: provider, ai_model: model }: View): string =>
  variantKey({ owner, name, branch, provider, model })

test('a list has every variant that exists, however far indexes lag and whatever changes meanwhile', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = new Seeded(seed)
    const opened = openStores(random, { lags: true, pageSize: () => random.between(1, 6) })
    const history = openHistory(random, opened, 4)
    for (let step = 0; step < 40; step++) {
      for (let change = 0; change < 3; change++) await history.change()
      if (random.chance(0.3)) await history.changeGrants()
      const viewer = random.pick(viewers)
      const before = new Set(await history.visibleTo(viewer))
      opened.stores.between = async () => {
        opened.stores.between = async () => {}
        if (random.chance(0.5)) await history.change()
      }
      const { page } = await listVariants(opened, viewer, {})
      const listed = page?.projects.map(keyOf) ?? []
      expect(new Set(listed).size, `seed ${seed}: twice`).toBe(listed.length)
      const name = random.pick(names)
      const found = (await findProject(opened, name, viewer, { for: 'read' })).map(({ key }) => key)
      const after = new Set(await history.visibleTo(viewer))
      const expected = [...before].filter((key) => after.has(key))
      expect(
        expected.filter((key) => !listed.includes(key)),
        `seed ${seed}: missing from the list`,
      ).toEqual([])
      const ofName = expected.filter((key) => history.exists.get(key)?.name === name)
      expect(
        ofName.filter((key) => !found.includes(key)),
        `seed ${seed}: missing from its project`,
      ).toEqual([])
    }
  }
})

const contentOf = (etag: string) => etag.split('.')[0]

test('a list gets 304 exactly if it is identical to the one with that tag', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const random = new Seeded(1)
  const opened = openStores(random, { lags: false, pageSize: () => 1_000 })
  const history = openHistory(random, opened, 60)
  // Enough variants that a change to the oldest ones is far from the first page.
  for (const name of names) {
    for (let model = 1; model <= 60; model++) {
      const variant: Variant = { owner: 'one', name, branch: 'main', provider: 'claude', model: `m${model}` }
      await makeVariant(opened.table, variant)
      history.exists.set(variantKey(variant), variant)
    }
  }
  const counts = { same: 0, other: 0 }
  for (let step = 0; step < 150; step++) {
    const viewer = random.pick(viewers)
    const limit = random.pick([0, 10, 100]) || undefined
    const before = await listVariants(opened, viewer, { limit })
    if (random.chance(0.4)) vi.setSystemTime(Date.now() + random.between(1, 25) * 60_000)
    const kind = random.weighted({ change: 4, changeGrants: 4, finish: 1, nothing: 1 })
    if (kind !== 'nothing') await history[kind]()
    const after = await listVariants(opened, viewer, { limit })
    const { page, etag } = await listVariants(opened, viewer, { limit, ifNoneMatch: before.etag })
    expect(page === undefined, `step ${step}: ${kind}`).toBe(isDeepStrictEqual(before.page, after.page))
    expect(contentOf(etag)).toBe(contentOf(after.etag))
    // A client that keeps an old tag gets the same answer, also long after the change.
    vi.setSystemTime(Date.now() + random.between(0, 4) * 60_000)
    expect((await listVariants(opened, viewer, { limit, ifNoneMatch: before.etag })).page).toEqual(page)
    counts[page ? 'other' : 'same']++
  }
  expect(Math.min(counts.same, counts.other)).toBeGreaterThan(30)
})
