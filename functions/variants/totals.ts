import type { GenerationRecord } from '../../shared/generation.ts'

/** Totals over all variants of a list, independent of the page shown. */
export interface Totals {
  add(record: GenerationRecord): void
  total(): {
    known_models: Record<string, string[]>
    known_branches: Record<string, string[]>
  }
}

/** Starts empty totals, to add records to one by one. */
export function startTotals(): Totals {
  const models = new Map<string, Set<string>>()
  const branches = new Map<string, Set<string>>()
  return {
    add(record) {
      // An incomplete site doesn't count: its variant never became ready.
      if (!record.published?.complete) return
      addTo(models, record.provider, record.model)
      addTo(branches, record.name, record.branch)
    },
    total: () => ({
      known_models: sortedLists(models),
      known_branches: sortedLists(branches),
    }),
  }
}

function addTo(groups: Map<string, Set<string>>, group: string, value: string): void {
  const values = groups.get(group) ?? new Set()
  groups.set(group, values.add(value))
}

const sortedLists = (groups: Map<string, Set<string>>): Record<string, string[]> =>
  Object.fromEntries([...groups.keys()].toSorted().map((group) => [group, [...(groups.get(group) ?? [])].toSorted()]))
