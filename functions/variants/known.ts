import { type KnownValue, readKnown } from '../../shared/aws/known.ts'
import { EVERYBODY } from '../../shared/aws/ledger.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'
import type { Resources } from '../resources.ts'

/** The models and branches of the caller's variants that became ready; for an admin, of everyone's. */
export async function knownTo({ table }: Resources<'table'>, caller: Caller) {
  const { models, branches } = await readKnown(table, isAdmin(caller) ? EVERYBODY : caller.username)
  return { known_models: sortedLists(models), known_branches: sortedLists(branches) }
}

/** Sorted values by group, which are sorted too. */
function sortedLists(known: readonly KnownValue[]): Record<string, string[]> {
  const groups = [...Map.groupBy(known, ({ group }) => group)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(groups.map(([group, values]) => [group, values.map(({ value }) => value).toSorted()]))
}
