import type { GenerationRecord } from '../../shared/generation.ts'

/** What a list says of everything, whatever page it shows. */
export interface Totals {
  add(record: GenerationRecord): void
  total(): {
    known_models: Record<string, string[]>
    known_branches: Record<string, string[]>
  }
}

/** Totals over records as they are added, one by one. */
export function startTotals(): Totals {
  const models = new Map<string, Set<string>>()
  const branches = new Map<string, Set<string>>()
  return {
    add(record) {
      // A site without some of its pages is no variant that became ready.
      if (!record.published?.complete) return
      note(models, record.provider, record.model)
      note(branches, record.name, record.branch)
    },
    total: () => ({
      known_models: listed(models),
      known_branches: listed(branches),
    }),
  }
}

function note(under: Map<string, Set<string>>, group: string, value: string): void {
  const values = under.get(group) ?? new Set()
  under.set(group, values.add(value))
}

const listed = (groups: Map<string, Set<string>>): Record<string, string[]> =>
  Object.fromEntries([...groups.keys()].toSorted().map((group) => [group, [...(groups.get(group) ?? [])].toSorted()]))
