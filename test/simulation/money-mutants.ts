import { type Mutant, swap } from './mutant.ts'

const ledger = 'shared/aws/ledger.ts'
const store = 'shared/aws/variant-store.ts'

/** Mistakes that would lose costs or count them twice. */
export const moneyMutants: Mutant[] = [
  swap('reserve books nothing', store, ['  if (before) await closeCost(table, before)\n', '']),
  swap(
    'reserve: write the record, then book its cost',
    store,
    ['  if (before) await closeCost(table, before)\n', ''],
    [
      '  // This write can be in place',
      '  if (before) await closeCost(table, before)\n  // This write can be in place',
    ],
  ),
  swap('remove books nothing', store, ['return false\n  await closeCost(table, record)\n', 'return false\n']),
  swap('reserve drops the cost of earlier generations', store, [
    'spentUsd: addUsd(spentUsd, costUsd)',
    'spentUsd: addUsd(costUsd)',
  ]),
  swap('reserve drops the cost of the site', store, [': publishedCostUsd,', ': undefined,']),
  swap('ended generations are not indexed for booking', store, ['{ activeShard: ENDED,', '{ activeShard: undefined,']),
  swap(
    'close the record, then book the cost',
    store,
    ['  await closeCost(table, record)\n  const { key', '  const { key'],
    [
      "'close', { generationId }, { activeShard: undefined })\n",
      "'close', { generationId }, { activeShard: undefined })\n  await closeCost(table, record)\n",
    ],
  ),
  swap('the sweeper books nothing', 'functions/generations/sweep/costs.ts', [
    '      if (record) await closeRecord(table, record)',
    "      if (record?.key === '') await closeRecord(table, record)",
  ]),
  swap('count without compare-and-set', ledger, [
    "? '#generation = :counted'",
    "? '#generation = :counted OR attribute_exists(pk)'",
  ]),
  swap('count the full amount again', ledger, ["':more': microUsd - (counted ?? 0)", "':more': microUsd"]),
  swap('the first count ignores closed generations', ledger, [
    'counted === undefined ? await isClosed(table, generationId) : counted >= microUsd',
    'counted !== undefined && counted >= microUsd',
  ]),
  swap('the first count ignores concurrent closings', ledger, [
    "'closings = :closings'",
    "'(closings = :closings OR attribute_exists(pk))'",
  ]),
  swap('closings are not counted', ledger, ["':one': 1", "':one': 0"]),
  swap('remove the mark, then book the cost', ledger, [
    '    await countCost(table, spent)\n',
    '    await countCost(table, spent)\n    await Promise.all(totalsOf(owner, generationId).map((whose) => unmark(table, whose, generationId)))\n',
  ]),
  swap(
    'book the cost, then count it',
    ledger,
    ['    await countCost(table, spent)\n', ''],
    ['Item, ConditionExpression })))\n', 'Item, ConditionExpression })))\n    await countCost(table, spent)\n'],
  ),
  swap('the last write drops the cost of the last calls', 'runner/attempt.ts', [
    '    const writes = { ...unwritten, errorMessage',
    '    const writes = { errorMessage',
  ]),
  swap('an ending attempt does not write its last costs', 'runner/attempt.ts', [
    '    if (!isServiceTrouble(error)) await progress.flush({ last: true }).catch(() => undefined)\n',
    '',
  ]),
]
