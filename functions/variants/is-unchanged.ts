import type { VariantView } from '../../api/variant.ts'
import { LOOKBACK_MINUTES, REMEMBERED_MINUTES } from '../../shared/aws/changes.ts'
import type { Grant } from '../../shared/aws/grant-store.ts'
import { changesIn, listActive } from '../../shared/aws/listings.ts'
import { readRecords } from '../../shared/aws/records.ts'
import { isActive } from '../../shared/lifecycle.ts'
import { byNewest } from '../../shared/position.ts'
import { millisecondsSince, minutesAfter } from '../../shared/time.ts'
import { isAdmin } from '../../shared/user.ts'
import { canRead } from '../accounts/access.ts'
import type { Resources } from '../resources.ts'
import { knownTo } from './known.ts'
import type { ListScope } from './list-scope.ts'
import { digestOf, type ListTag } from './list-tag.ts'
import { isAfter, type Recent } from './newest.ts'
import { type Row, rowsOf } from './rows.ts'

/** More changes or generating variants than this are not compared: reading the page costs hardly more. */
const MOST_COMPARED = 200

/** Much shorter than changes can be looked up. After that, a page is read to see whether it is the same. */
const TAG_MINUTES = REMEMBERED_MINUTES / 3

/**
 * Whether a page is certainly the same as the one with this tag, without reading it. It is if there was no change since, apart from
 * those that the tag covers, and its generating variants look the same: their progress is no change.
 */
export async function isUnchanged(
  resources: Resources<'table' | 'bucket'>,
  scope: ListScope,
  { asOf, end, state }: ListTag,
): Promise<boolean> {
  const age = millisecondsSince(asOf)
  if (age < 0 || age > TAG_MINUTES * 60_000) return false
  const { table } = resources
  const { access, listings, after } = scope
  const since = minutesAfter(asOf, -LOOKBACK_MINUTES)
  const changes = (
    await Promise.all(listings.map(async (listing) => await changesIn(table, listing, since, MOST_COMPARED)))
  ).flat()
  const active = await activeKeys(resources, scope, end)
  if (changes.length > MOST_COMPARED || active.length > MOST_COMPARED) return false
  const records = await readRecords(table, [...active, ...changes.map(({ key }) => key)])
  const onPage = [...records.values()].filter(
    (record) => canRead(access, record) && isAfter(record, after) && !(end && isAfter(record, end)),
  )
  const rows = await rowsOf(resources, onPage.filter(isActive).toSorted(byNewest), { plans: 'none' })
  const total = changes.length > 0 ? await knownTo(resources, access.caller) : {}
  return state === stateOf(scope, { changes, records }, total, rows)
}

/** The keys of the variants between the page's ends that the index shows as generating; more than can be compared if there are. */
async function activeKeys(
  { table }: Resources<'table'>,
  { access: { caller, grants }, after }: ListScope,
  end: ListTag['end'],
): Promise<string[]> {
  const owners = isAdmin(caller) ? [undefined] : new Set([caller.username, ...grants.map(({ owner }) => owner)])
  const keys = [...owners].map(
    async (owner) => await listActive(table, { owner, between: { lower: end, upper: after }, most: MOST_COMPARED + 1 }),
  )
  return (await Promise.all(keys)).flat()
}

/** Digest of everything that {@link isUnchanged} compares. */
export function stateOf(
  { access: { caller, grants }, limit, after, spent }: ListScope,
  { changes, records }: Recent,
  { known_models, known_branches }: Partial<Awaited<ReturnType<typeof knownTo>>>,
  rows: readonly Row[],
): string {
  const request = [caller.username, caller.role, grants.toSorted(byProject), limit, after, spent]
  const changed = changes.map(({ id, key }) => [id, records.get(key)?.updatedAt ?? null]).toSorted()
  // Known values change only with a change.
  const known = changes.length > 0 ? [known_models, known_branches] : []
  const live = rows.filter(({ record }) => isActive(record)).map(({ record, view }) => [liveView(view), record.planKey])
  return digestOf(request, changed, known, live)
}

const byProject = (a: Grant, b: Grant): number => (`${a.owner}/${a.name}` < `${b.owner}/${b.name}` ? -1 : 1)

/** Plans are large, and identified by their key. */
const liveView = ({ plan_json: _, ...view }: VariantView): object => view
