import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { cachedWithTtl } from '../../functions/accounts/cached-with-ttl.ts'
import { deleteUser } from '../../functions/accounts/delete-user.ts'
import { hashKey } from '../../functions/accounts/keys.ts'
import { logIn } from '../../functions/accounts/log-in.ts'
import { sessionOf } from '../../functions/accounts/sessions.ts'
import type { Bucket, Table } from '../../shared/aws/clients.ts'
import { addWrongKey, readWrongKeys } from '../../shared/aws/failure-store.ts'
import { listGrantees, listGrants, putGrant, removeGrant } from '../../shared/aws/grant-store.ts'
import { readRecord } from '../../shared/aws/records.ts'
import { putObject } from '../../shared/aws/site-store.ts'
import { createUser, findUser, findUserByKey, listUsers, rotateKey } from '../../shared/aws/user-store.ts'
import { provideEnv } from '../../shared/env.ts'
import { variantKey } from '../../shared/variant.ts'
import { makeVariant, variantOf } from '../contract/variant-makers.ts'
import { DynamoDbDouble } from '../simulation/dynamodb-double.ts'
import { S3Double } from '../simulation/s3-double.ts'

const pepper = 'a-pepper-for-tests-only'
beforeAll(() => provideEnv({ ADMIN_KEY: 'an-admin-key-for-tests', KEY_PEPPER: pepper }))

interface Command {
  constructor: { name: string }
  input: { ConsistentRead?: boolean; IndexName?: string }
}

class Crash extends Error {}

/** A table and a bucket, with resources for a process that dies at its nth call: `before` or `after` the call takes effect. */
function makeStores() {
  const dynamodb = new DynamoDbDouble()
  const s3 = new S3Double(() => 1_000, { onPut: () => undefined, onDelete: () => undefined })
  const open = (
    tell: (command: Command) => void = () => undefined,
    told: (command: Command) => void = () => undefined,
  ) => {
    const clientOf = (service: DynamoDbDouble | S3Double) => ({
      send: async (command: Command) => {
        tell(command)
        const answer = service.execute(command.constructor.name, command.input)
        told(command)
        return answer
      },
    })
    return {
      table: { client: clientOf(dynamodb), name: 'docsfy' } as unknown as Table,
      bucket: { client: clientOf(s3), name: 'docsfy' } as unknown as Bucket,
    }
  }
  const dying = (nth: number, when: 'before' | 'after') => {
    let calls = 0
    const die = () => {
      if (++calls >= nth) throw new Crash()
    }
    return when === 'before' ? open(die) : open(undefined, die)
  }
  return { dynamodb, s3, open, dying }
}

type Stores = ReturnType<typeof makeStores>
type Doors = ReturnType<Stores['open']>

const hash = (key: string) => hashKey(key, pepper)
const ann = { username: 'ann', role: 'user' as const, userId: randomUUID(), keyHash: hash('the-first-key-of-ann') }
const friend = {
  username: 'friend',
  role: 'viewer' as const,
  userId: randomUUID(),
  keyHash: hash('the-key-of-a-friend'),
}
const rotated = hash('the-second-key-of-ann')

/** Runs the work repeatedly, with a crash before and after each of its calls takes effect. */
async function atEveryCrash(
  prepare: (doors: Doors) => Promise<unknown>,
  work: (doors: Doors) => Promise<unknown>,
  check: (doors: Doors, stores: Stores) => Promise<void>,
): Promise<number> {
  for (let nth = 1; ; nth++) {
    let crashes = 0
    for (const when of ['before', 'after'] as const) {
      const stores = makeStores()
      await prepare(stores.open())
      await work(stores.dying(nth, when)).catch((error) => {
        if (!(error instanceof Crash)) throw error
        crashes++
      })
      await everyKeyHasItsUser(stores)
      await check(stores.open(), stores)
    }
    if (crashes === 0) return nth - 1
  }
}

/** Checks that for each user exactly the key in the user's item works, and belongs to that user. */
async function everyKeyHasItsUser({ dynamodb, open }: Stores): Promise<void> {
  const { table } = open()
  const items = [...dynamodb.items.values()]
  for (const { pk, username } of items.filter((item) => String(item.pk).startsWith('KEY#'))) {
    const keyHash = String(pk).slice('KEY#'.length)
    const user = await findUserByKey(table, keyHash)
    if (user) expect(user).toMatchObject({ username, keyHash })
  }
  for (const user of await listUsers(table)) {
    if (!user.deletion) expect((await findUserByKey(table, user.keyHash))?.username).toBe(user.username)
  }
}

test('a crash during user creation leaves both user and key, or neither', async () => {
  const calls = await atEveryCrash(
    async () => undefined,
    ({ table }) => createUser(table, ann),
    async ({ table }) => {
      expect((await findUser(table, 'ann'))?.username).toBe((await findUserByKey(table, ann.keyHash))?.username)
      // A repeated request succeeds, or reports that it is already done.
      const again = { ...ann, userId: randomUUID(), keyHash: rotated }
      const created = await createUser(table, again)
      expect((await findUserByKey(table, created ? rotated : ann.keyHash))?.username).toBe('ann')
    },
  )
  expect(calls).toBeGreaterThanOrEqual(3)
})

test('a crash during key rotation leaves exactly one valid key', async () => {
  const rotate = async ({ table }: Doors) => {
    const seen = await findUser(table, 'ann')
    if (seen) await rotateKey(table, seen, { keyHash: rotated, hasRandomKey: true })
  }
  const calls = await atEveryCrash(
    ({ table }) => createUser(table, ann),
    rotate,
    async (doors) => {
      const { table } = doors
      const opens = await Promise.all([ann.keyHash, rotated].map((keyHash) => findUserByKey(table, keyHash)))
      expect(opens.filter(Boolean)).toHaveLength(1)
      await rotate(doors)
      expect(await findUserByKey(table, ann.keyHash)).toBeUndefined()
      expect((await findUserByKey(table, rotated))?.username).toBe('ann')
    },
  )
  expect(calls).toBeGreaterThanOrEqual(4)
})

test('a crash while granting or revoking access leaves the old state or the new one', async () => {
  const grant = { owner: 'ann', name: 'project' }
  const both = async ({ table }: Doors) => {
    const granted = await listGrants(table, 'friend')
    const grantees = await listGrantees(table, 'ann', 'project')
    expect(grantees.map(({ username }) => username)).toEqual(granted.map(() => 'friend'))
    expect(await listGrantees(table, 'ann', 'project-2')).toEqual([])
  }
  await atEveryCrash(
    async () => undefined,
    ({ table }) => putGrant(table, 'friend', grant),
    both,
  )
  await atEveryCrash(
    ({ table }) => putGrant(table, 'friend', grant),
    ({ table }) => removeGrant(table, 'friend', grant),
    both,
  )
})

test('a crash during user deletion leaves the user intact, or without any access until the deletion is repeated', async () => {
  const variant = variantOf('ann', 'm')
  const key = variantKey(variant)
  const prepare = async ({ table, bucket }: Doors) => {
    await createUser(table, ann)
    await createUser(table, friend)
    await makeVariant(table, variant)
    await putGrant(table, 'friend', { owner: 'ann', name: 'name' })
    await putGrant(table, 'ann', { owner: 'friend', name: 'theirs' })
    const record = await readRecord(table, key)
    await putObject(bucket, `${record?.published?.prefix}index.html`, 'page', 'text/html')
  }
  const calls = await atEveryCrash(
    prepare,
    (doors) => deleteUser(doors, 'ann'),
    async (doors, { dynamodb, s3 }) => {
      const { table } = doors
      if (await findUserByKey(table, ann.keyHash)) {
        expect((await readRecord(table, key))?.published).toBeDefined()
        expect(await listGrants(table, 'friend')).toHaveLength(1)
        expect(s3.objects.size).toBe(1)
      }
      if (await findUser(table, 'ann')) await deleteUser(doors, 'ann')
      const items = [...dynamodb.items.values()]
      // A check that is due removes the known values that a crash has left.
      const checked = items.some(({ pk }) => pk === 'KNOWN-DUE') ? '|KNOWN' : ''
      const kept = new RegExp(`^(CLEANUP|CHANGES|COST|SPENDING|ALL-BOOKED|PAGES${checked})`)
      const left = items.filter((item) => !kept.test(String(item.pk)) && !('removedAt' in item))
      expect(left.map(({ pk }) => pk).toSorted()).toEqual([`KEY#${friend.keyHash}`, 'USER#friend'])
      expect([...s3.objects.keys()].filter((object) => !isScheduled(object, dynamodb))).toEqual([])
    },
  )
  expect(calls).toBeGreaterThan(10)
})

/** Whether a cleanup entry covers the object. */
const isScheduled = (object: string, { items }: DynamoDbDouble): boolean =>
  [...items.values()].some(({ pk, prefix }) => pk === 'CLEANUP' && object.startsWith(String(prefix)))

describe('a stranger who guesses keys', () => {
  const right = 'the-first-key-of-ann'
  const addressOf = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`

  /** Logs in and returns the outcome: `let in`, or the error's code. */
  const outcomeOf = async (table: Table, username: string, apiKey: string, address: string): Promise<string> =>
    await logIn(table, { username, apiKey }, address).then(
      () => 'let in',
      (error) => error.code,
    )

  /** Guesses until refused. Returns the number of guesses that were checked. */
  async function guessUntilRefused(table: Table, address: string, username = 'ann', most = 1_000): Promise<number> {
    for (let guesses = 0; guesses < most; guesses++) {
      const outcome = await outcomeOf(table, username, `a-guess-${username}-${address}-${guesses}`, address)
      if (outcome === 'too-many-failures') return guesses
      expect(outcome).toBe('wrong-login')
    }
    return most
  }

  test('has 100 different keys checked from one address, however they are spread over accounts, then none, not even the right one', async () => {
    const { table } = makeStores().open()
    await createUser(table, ann)
    for (let guess = 0; guess < 100; guess++) {
      expect(await outcomeOf(table, `user-${guess % 20}`, `guess-${guess % 50}`, '192.0.2.7')).toBe('wrong-login')
    }
    expect(await outcomeOf(table, 'ann', 'another-guess', '192.0.2.7')).toBe('too-many-failures')
    expect(await outcomeOf(table, 'ann', right, '192.0.2.7')).toBe('too-many-failures')
    expect(await outcomeOf(table, 'ann', right, '192.0.2.8')).toBe('let in')
  })

  test('has 50 different keys for one account checked, then 3 from each address', async () => {
    const { table } = makeStores().open()
    await createUser(table, ann)
    const checked = []
    for (let index = 0; index < 30; index++) checked.push(await guessUntilRefused(table, addressOf(index), 'ann', 10))
    expect(checked).toEqual([...Array(5).fill(10), ...Array(25).fill(3)])
  })

  test('locks out nobody from 10,000 other addresses, and does not fill the table', async () => {
    const { dynamodb, open } = makeStores()
    const { table } = open()
    await createUser(table, ann)
    for (let index = 0; index < 10_000; index++) {
      expect(await outcomeOf(table, 'ann', `a-guess-${index}`, addressOf(index))).toBe('wrong-login')
    }
    for (const address of ['192.0.2.1', '2001:db8::1'])
      expect(await outcomeOf(table, 'ann', right, address)).toBe('let in')
    const items = [...dynamodb.items.values()].filter(({ pk }) => String(pk).startsWith('FAILURES#'))
    expect(items.every(({ expiresAt }) => Number(expiresAt) > Date.now() / 1_000)).toBe(true)
    expect(items.every(({ tried }) => (tried as string[]).length <= 100)).toBe(true)
    expect(items.every(({ pk }) => /^FAILURES#(address|account)-\d{1,5}$/.test(String(pk)))).toBe(true)
    expect(JSON.stringify(items)).not.toMatch(/a-guess|10\.0\./)
  })

  test('locks out no random key, and no chosen one that was used from the same address before', async () => {
    const { table } = makeStores().open()
    await createUser(table, ann)
    await createUser(table, { ...friend, hasRandomKey: true })
    expect(await outcomeOf(table, 'ann', right, '192.0.2.20')).toBe('let in')
    for (const username of ['someone', 'another'])
      expect(await guessUntilRefused(table, '192.0.2.20', username)).toBe(50)
    for (const [username, key] of [
      ['ann', right],
      ['friend', 'the-key-of-a-friend'],
    ] as const) {
      expect(await outcomeOf(table, username, key, '192.0.2.20')).toBe('let in')
    }
    expect(await outcomeOf(table, 'ann', 'the-second-key-of-ann', '192.0.2.20')).toBe('too-many-failures')
  })

  test('gets another chance when the time window ends', async () => {
    const { dynamodb, open } = makeStores()
    const { table } = open()
    await createUser(table, ann)
    await guessUntilRefused(table, '192.0.2.30')
    for (const [, item] of dynamodb.items) if ('tried' in item) item.expiresAt = Math.floor(Date.now() / 1_000)
    expect(await outcomeOf(table, 'ann', 'one-more', '192.0.2.30')).toBe('wrong-login')
    expect(await outcomeOf(table, 'ann', right, '192.0.2.30')).toBe('let in')
  })
})

test('a client that repeats its outdated key is never refused for it', async () => {
  const { table } = makeStores().open()
  await createUser(table, ann)
  for (let time = 0; time < 300; time++) {
    const attempt = logIn(table, { username: 'ann', apiKey: 'the-outdated-key' }, '192.0.2.40')
    await expect(attempt).rejects.toMatchObject({ code: 'wrong-login' })
  }
  expect((await logIn(table, { username: 'ann', apiKey: 'the-first-key-of-ann' }, '192.0.2.40')).caller.username).toBe(
    'ann',
  )
})

test('of wrong keys that open a time window at once, each counts', async () => {
  const counting = { windowSeconds: 60, most: 20 }
  const { dynamodb, open } = makeStores()
  const { table } = open()
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => addWrongKey(table, { name: 'one', whose: 'a' }, `${index}`, counting)),
  )
  expect(await readWrongKeys(table, { name: 'one', whose: 'a' })).toMatchObject({ count: 20 })
  expect(await readWrongKeys(table, { name: 'one', whose: 'b' })).toMatchObject({ count: 0 })
  await addWrongKey(table, { name: 'one', whose: 'a' }, 'one more', counting)
  expect(await readWrongKeys(table, { name: 'one', whose: 'a' })).toMatchObject({ count: 20 })
  await addWrongKey(table, { name: 'one', whose: 'b' }, '1', counting)
  expect(await readWrongKeys(table, { name: 'one', whose: 'b' })).toMatchObject({ count: 1 })
  expect(dynamodb.items.size).toBe(1)
})

test('authentication costs one consistent read for a key or a session, and at most three for a wrong key', async () => {
  const reads: Command[] = []
  const { open } = makeStores()
  const { table } = open((command) => reads.push(command))
  await createUser(table, ann)
  const consistent = async (work: () => Promise<unknown>) => {
    reads.length = 0
    await work()
    return reads.filter(({ input }) => input.ConsistentRead).length
  }
  expect(await consistent(() => findUserByKey(table, ann.keyHash))).toBe(1)
  expect(await consistent(() => findUserByKey(table, rotated))).toBeLessThanOrEqual(3)
  const { cookie } = await logIn(table, { username: 'ann', apiKey: 'the-first-key-of-ann' }, '192.0.2.1')
  const byCookie = async () => {
    const session = await sessionOf(table, { cookie: cookie.split(';')[0] })
    expect((await findUser(table, session?.username ?? ''))?.keyId).toBe(session?.keyId)
  }
  expect(await consistent(byCookie)).toBe(1)
})

test('a session lasts eight hours even if DynamoDB has not removed it yet', async () => {
  const { dynamodb, open } = makeStores()
  const { table } = open()
  await createUser(table, ann)
  const { cookie } = await logIn(table, { username: 'ann', apiKey: 'the-first-key-of-ann' }, '192.0.2.1')
  const headers = { cookie: `other=1; ${cookie.split(';')[0]}` }
  const [item] = [...dynamodb.items.values()].filter(({ pk }) => String(pk).startsWith('SESSION#'))
  const inSeconds = Number(item?.expiresAt) - Date.now() / 1_000
  expect(Math.abs(inSeconds - 8 * 3_600)).toBeLessThan(60)
  expect(await sessionOf(table, headers)).toBeDefined()
  if (item) item.expiresAt = Math.floor(Date.now() / 1_000) - 1
  expect(await sessionOf(table, headers)).toBeUndefined()
})

test('a periodically refreshed value survives a failed refresh and does not cache the failure', async () => {
  const answers: (string | Error)[] = [new Error('first'), 'one', new Error('second'), 'two']
  let reads = 0
  const read = cachedWithTtl(async () => {
    const answer = answers[reads++]
    if (answer instanceof Error) throw answer
    return answer
  }, 0)
  await expect(read()).rejects.toThrow('first')
  expect(await Promise.all([read(), read(), read()])).toEqual(['one', 'one', 'one'])
  expect(await read()).toBe('one')
  expect(await read()).toBe('two')
  expect(reads).toBe(4)
  const kept = cachedWithTtl(async () => ++reads, 60_000)
  expect([await kept(), await kept()]).toEqual([5, 5])
})
