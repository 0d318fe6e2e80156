/**
/**
 * The table, as created by the CDK app and on one machine. Heartbeats and pages change no index: what a list shows is read from the
 * table.
 *
 * - `byChange`, `ownerByChange`, `projectByChange`: everybody's variants, an owner's, and those of a project name, sorted by last
 *   change. The first also holds users and grants, in shards of their own.
 * - `active`, `activeByChange`, `activeByOwner`: sparse. `activeShard` is set while a variant is generating, and until its cost is
 *   booked; `activeOwner` while it is generating. The first is for the sweeper.
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
    activeByChange: { partitionKey: 'activeShard', sortKey: 'change' },
    activeByOwner: { partitionKey: 'activeOwner', sortKey: 'change' },
    byChange: { partitionKey: 'shard', sortKey: 'change' },
    ownerByChange: { partitionKey: 'owner', sortKey: 'change' },
    projectByChange: { partitionKey: 'name', sortKey: 'ownerChange' },
  },
} as const

export type IndexName = keyof typeof tableSchema.indexes

/** The attributes that an index holds besides the keys. */
export function includedIn(index: object): string[] {
  return 'includes' in index && Array.isArray(index.includes) ? index.includes.map(String) : []
}

/** Everybody's variants are spread over this many partitions of their index. */
export const SHARDS = 8

/** The shard of a variant. */
export const shardOf = (key: string): string => String(Number.parseInt(key.slice(0, 4), 16) % SHARDS)

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
  /** A change of a variant, in a partition of its owner or its shard. */
  change: (partition: string, at: string, key: string) => ({ pk: `CHANGES#${partition}`, sk: `${at}#${key}` }),
  /** A model or branch that `whose` list of known ones has. */
  known: (whose: string, value: string) => ({ pk: `KNOWN#${whose}`, sk: value }),
  /** What it is known from: a variant, or for everybody's lists an owner. */
  knownFrom: (whose: string, value: string, source: string) => ({ pk: `KNOWN-FROM#${whose}#${value}`, sk: source }),
  /** A variant whose known model and branch have to be checked. */
  knownDue: (dueAt: string, key: string) => ({ pk: 'KNOWN-DUE', sk: `${dueAt}#${key}` }),
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
