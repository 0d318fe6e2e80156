/**
 * The one table, as the CDK app and the local machine create it. Attributes that only some items carry make an index
 * sparse: `activeShard` stands only on records that are generating, or whose cost is yet to be booked.
 *
 * No key of the other indexes changes as long as a record is there: DynamoDB takes the entry of a changed key out and puts another
 * one in, and a list that is read meanwhile shows neither. So they have no order of changes. (`updatedAt` is when the record was
 * made. An index of a deployed table cannot be given another key, so it keeps the name.)
 */
export const tableSchema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
  indexes: {
    active: { partitionKey: 'activeShard', sortKey: 'queuedAt' },
    byOwner: { partitionKey: 'owner', sortKey: 'updatedAt' },
    byName: { partitionKey: 'name', sortKey: 'updatedAt' },
    all: { partitionKey: 'shard', sortKey: 'updatedAt' },
  },
} as const

export type IndexName = keyof typeof tableSchema.indexes

/** The admin's list is spread over this many partitions. */
export const SHARDS = 8

/** Items of the table by what they are; each is found by exactly one of these keys. */
export const itemKeys = {
  variant: (key: string) => ({ pk: `VARIANT#${key}`, sk: 'RECORD' }),
  generation: (generationId: string) => ({ pk: `GENERATION#${generationId}`, sk: 'VARIANT' }),
  waiting: (owner: string, queuedAt: string, generationId: string) => ({
    pk: 'WAITING',
    sk: `${owner}#${queuedAt}#${generationId}`,
  }),
  turn: (owner: string) => ({ pk: 'TURNS', sk: owner }),
  slot: (number: number) => ({ pk: 'SLOTS', sk: String(number).padStart(6, '0') }),
  cleanup: (dueAt: string, prefix: string) => ({ pk: 'CLEANUP', sk: `${dueAt}#${prefix}` }),
  grants: (username: string, project: string) => ({ pk: `GRANTS#${username}`, sk: project }),
  creation: (createdAt: string, key: string) => ({ pk: 'CREATIONS', sk: `${createdAt}#${key}` }),
  user: (username: string) => ({ pk: `USER#${username}`, sk: 'USER' }),
  userKey: (keyHash: string) => ({ pk: `KEY#${keyHash}`, sk: 'KEY' }),
  session: (tokenHash: string) => ({ pk: `SESSION#${tokenHash}`, sk: 'SESSION' }),
  /** What a generation has cost, once it has ended. */
  cost: (generationId: string) => ({ pk: `COST#${generationId}`, sk: 'COST' }),
  /** What an owner's generations, or a share of everybody's, have cost. */
  spending: (whose: string) => ({ pk: `SPENDING#${whose}`, sk: 'SUM' }),
  /** There is no record any more from before there were sums of costs. */
  allBooked: () => ({ pk: 'ALL-BOOKED', sk: 'COST' }),
  /** What pages of a model have cost. */
  pageCosts: (writer: string) => ({ pk: `PAGES#${writer}`, sk: 'COST' }),
  failures: (bucket: string) => ({ pk: `FAILURES#${bucket}`, sk: 'FAILURES' }),
}
