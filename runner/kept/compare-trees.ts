import { basename } from 'node:path/posix'

/** The paths whose content differs between two trees. Modes don't count. */
export interface Changes {
  added: string[]
  removed: string[]
  modified: string[]
  /** New paths by former ones, of files that moved as they are. */
  renamed: ReadonlyMap<string, string>
}

type Files = ReadonlyMap<string, string>

/**
 * Compares two trees by path and content, without history. A file whose former path is gone counts as renamed if a new path has the
 * same content: the one with the same name, or else the only one.
 */
export function compareTrees(former: Files, now: Files): Changes {
  const gone = [...former.keys()].filter((path) => !now.has(path))
  const fresh = [...now.keys()].filter((path) => !former.has(path))
  const renamed = findRenames(gone, fresh, { former, now })
  const targets = new Set(renamed.values())
  return {
    added: fresh.filter((path) => !targets.has(path)),
    removed: gone.filter((path) => !renamed.has(path)),
    modified: [...now].flatMap(([path, id]) => (former.has(path) && former.get(path) !== id ? [path] : [])),
    renamed,
  }
}

function findRenames(
  gone: readonly string[],
  fresh: readonly string[],
  { former, now }: { former: Files; now: Files },
): Map<string, string> {
  const byId = Map.groupBy(fresh, (path) => now.get(path))
  const renamed = new Map<string, string>()
  const taken = new Set<string>()
  for (const path of gone) {
    const free = (byId.get(former.get(path)) ?? []).filter((candidate) => !taken.has(candidate))
    const sameName = free.filter((candidate) => basename(candidate) === basename(path))
    const [target, ...others] = sameName.length > 0 ? sameName : free
    if (target === undefined || others.length > 0) continue
    renamed.set(path, target)
    taken.add(target)
  }
  return renamed
}
