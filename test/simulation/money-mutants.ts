import { type Mutant, swap } from './mutant.ts'

const ledger = 'shared/aws/ledger.ts'
const store = 'shared/aws/variant-store.ts'

/** Mistakes with which money would vanish or count twice. */
export const moneyMutants: Mutant[] = [
  swap('reserve books nothing', store, ['  if (before) await closeCost(table, before)\n', '']),
  swap(
    'reserve: the record, then its cost',
    store,
    ['  if (before) await closeCost(table, before)\n', ''],
    [
      '  const { record } = await write(table, key, name, writer, changes, { createdAt, updatedAt: createdAt })\n',
      '  const { record } = await write(table, key, name, writer, changes, { createdAt, updatedAt: createdAt })\n  if (before) await closeCost(table, before)\n',
    ],
  ),
  swap('remove books nothing', store, ['return false\n  await closeCost(table, record)\n', 'return false\n']),
  swap('reserve forgets what was spent before', store, [
    'spentUsd: addUsd(spentUsd, costUsd)',
    'spentUsd: addUsd(costUsd)',
  ]),
  swap('reserve forgets what the site has cost', store, [': publishedCostUsd,', ': undefined,']),
  swap('nothing leads to the cost of what has ended', store, [
    'set.activeShard = ENDED',
    'set.activeShard = undefined',
  ]),
  swap(
    'closed, then booked',
    store,
    ['  await closeCost(table, record)\n  const { key', '  const { key'],
    [
      "'close', { generationId }, { activeShard: undefined })\n",
      "'close', { generationId }, { activeShard: undefined })\n  await closeCost(table, record)\n",
    ],
  ),
  swap('the sweeper books nothing', 'functions/generations/sweep.ts', [
    '    if (record) await closeRecord(table, record)',
    '    if (record && isActive(record)) await closeRecord(table, record)',
  ]),
  swap('counted without comparing', ledger, [
    "? '#generation = :counted'",
    "? '#generation = :counted OR attribute_exists(pk)'",
  ]),
  swap('counted as if nothing had been', ledger, ["':more': microUsd - (counted ?? 0)", "':more': microUsd"]),
  swap('a first count without a look at what is closed', ledger, [
    'counted === undefined ? await isClosed(table, generationId) : counted >= microUsd',
    'counted !== undefined && counted >= microUsd',
  ]),
  swap('a first count whatever was closed since', ledger, [
    "'closings = :closings'",
    "'(closings = :closings OR attribute_exists(pk))'",
  ]),
  swap('closings are not counted', ledger, ["':one': 1", "':one': 0"]),
  swap('unmarked, then booked', ledger, [
    '    await countCost(table, spent)\n',
    '    await countCost(table, spent)\n    await Promise.all(sumsWith(owner, generationId).map((whose) => unmark(table, whose, generationId)))\n',
  ]),
  swap(
    'booked, then counted',
    ledger,
    ['    await countCost(table, spent)\n', ''],
    ['Item, ConditionExpression })))\n', 'Item, ConditionExpression })))\n    await countCost(table, spent)\n'],
  ),
  swap('the last write forgets what the last calls have cost', 'runner/attempt.ts', [
    '    const writes = { ...unwritten, errorMessage',
    '    const writes = { errorMessage',
  ]),
  swap('an attempt that ends leaves its last costs unwritten', 'runner/attempt.ts', [
    '    if (!isServiceTrouble(error)) await progress.flush({ last: true }).catch(() => undefined)\n',
    '',
  ]),
]
