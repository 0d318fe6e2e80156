/**
 * The table, as created by the CDK app and on one machine. The index `active` is sparse: `activeShard` is set only on records that
 * are generating, or whose cost is not booked yet. It holds only what the sweeper must know, so heartbeats and pages don't change it.
 *
 * The keys of the other indexes never change during a record's life: to change a key DynamoDB removes the index entry and inserts
 * another, and a list read in between shows neither. So these indexes are not sorted by last change. (Their key `updatedAt` is in fact
 * the creation time. The name stays because the keys of an existing index cannot be changed.)
 */
export const tableSchema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
  indexes: {
    active: {
      partitionKey: 'activeShard',
      sortKey: 'queuedAt',
      includes: ['generationId', 'launchedAt', 'abortAskedAt'],
    },
    byOwner: { partitionKey: 'owner', sortKey: 'updatedAt' },
    byName: { partitionKey: 'name', sortKey: 'updatedAt' },
    all: { partitionKey: 'shard', sortKey: 'updatedAt' },
  },
} as const

export type IndexName = keyof typeof tableSchema.indexes

/** The attributes that an index holds beside the keys; undefined if it holds all. */
export function includedIn(index: object): string[] | undefined {
  return 'includes' in index && Array.isArray(index.includes) ? index.includes.map(String) : undefined
}

/** The index of all records is spread over this many partitions. */
export const SHARDS = 8

/** The keys of every kind of item in the table. */
export const itemKeys = {
  variant: (key: string) => ({ pk: `VARIANT#${key}`, sk: 'RECORD' }),
  generation: (generationId: string) => ({ pk: `GENERATION#${generationId}`, sk: 'VARIANT' }),
  waiting: (owner: string, queuedAt: string, generationId: string) => ({
    pk: 'WAITING',
    sk: `${owner}#${queuedAt}#${generationId}`,
  }),
  /** In the same partition, before all owners: usernames never start with `#`. */
  front: (generationId: string) => ({ pk: 'WAITING', sk: `#${generationId}` }),
  turn: () => ({ pk: 'TURNS', sk: '#LAST' }),
  drain: () => ({ pk: 'TURNS', sk: '#DRAIN' }),
  slot: (number: number) => ({ pk: 'SLOTS', sk: String(number).padStart(6, '0') }),
  /** Where the last sweep was cut off. */
  sweep: () => ({ pk: 'SWEEP', sk: 'PLACES' }),
  cleanup: (dueAt: string, prefix: string) => ({ pk: 'CLEANUP', sk: `${dueAt}#${prefix}` }),
  grants: (username: string, project: string) => ({ pk: `GRANTS#${username}`, sk: project }),
  creation: (createdAt: string, key: string) => ({ pk: 'CREATIONS', sk: `${createdAt}#${key}` }),
  user: (username: string) => ({ pk: `USER#${username}`, sk: 'USER' }),
  userKey: (keyHash: string) => ({ pk: `KEY#${keyHash}`, sk: 'KEY' }),
  session: (tokenHash: string) => ({ pk: `SESSION#${tokenHash}`, sk: 'SESSION' }),
  /** The final cost of a generation. */
  cost: (generationId: string) => ({ pk: `COST#${generationId}`, sk: 'COST' }),
  /** The total cost of an owner, or a part of the overall total. */
  spending: (whose: string) => ({ pk: `SPENDING#${whose}`, sk: 'SUM' }),
  /** Marks that all records from before the ledger are booked. */
  allBooked: () => ({ pk: 'ALL-BOOKED', sk: 'COST' }),
  /** The average page cost of a model. */
  pageCosts: (writer: string) => ({ pk: `PAGES#${writer}`, sk: 'COST' }),
  failures: (bucket: string) => ({ pk: `FAILURES#${bucket}`, sk: 'FAILURES' }),
}
