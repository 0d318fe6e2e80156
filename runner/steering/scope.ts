import type { Tree } from '../kept/tree.ts'
import type { Settings } from './settings.ts'

type Limits = Pick<Settings, 'path' | 'include' | 'exclude'>

/** Whether the settings let a file be documented. */
export function isInScope({ path: folder, include, exclude = [] }: Limits, path: string): boolean {
  const parts = path.split('/')
  const matches = (pattern: string) => matchesPath(partsOf(pattern), parts)
  if (folder !== undefined && !startsWith(parts, partsOf(folder))) return false
  return (include === undefined || include.some(matches)) && !exclude.some(matches)
}

/** Whether the settings leave anything out. */
export const isLimited = ({ path, include, exclude }: Limits): boolean =>
  path !== undefined || include !== undefined || exclude !== undefined

/** The tree with only the files that are documented, and their folders. */
export function limitTree(tree: Tree, limits: Limits): Tree {
  if (!isLimited(limits)) return tree
  const files = new Map([...tree.files].filter(([path]) => isInScope(limits, path)))
  return { id: tree.id, files, folders: new Set([...files.keys()].flatMap(foldersOf)) }
}

const partsOf = (pattern: string): string[] => pattern.replace(/\/$/, '').split('/')

const startsWith = (parts: readonly string[], wanted: readonly string[]): boolean =>
  parts.length > wanted.length && wanted.every((part, index) => part === parts[index])

/** `**` stands for any folders. A pattern that matches a folder matches everything in it. */
const matchesPath = (pattern: readonly string[], parts: readonly string[]): boolean =>
  matchesSequence(pattern, parts, { many: '**', fits: matchesName, isPrefix: true })

/** `*` stands for any characters, `?` for one. */
const matchesName = (pattern: string, name: string): boolean =>
  matchesSequence([...pattern], [...name], {
    many: '*',
    fits: (wanted, character) => wanted === '?' || wanted === character,
    isPrefix: false,
  })

/** Goes back to the last wildcard only, so it takes at most the product of both lengths. */
function matchesSequence(
  pattern: readonly string[],
  items: readonly string[],
  { many, fits, isPrefix }: { many: string; fits: (wanted: string, item: string) => boolean; isPrefix: boolean },
): boolean {
  let [at, next] = [0, 0]
  let [wildcard, resume] = [-1, 0]
  while (next < items.length) {
    const wanted = pattern[at]
    if (wanted === undefined && isPrefix) return true
    if (wanted === many) {
      wildcard = at++
      resume = next
    } else if (wanted !== undefined && fits(wanted, items[next] ?? '')) {
      at++
      next++
    } else if (wildcard >= 0) {
      at = wildcard + 1
      next = ++resume
    } else return false
  }
  while (pattern[at] === many) at++
  return at === pattern.length
}

function foldersOf(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}
