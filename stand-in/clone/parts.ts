import { posix } from 'node:path'

/** A part of the code that gets its own page: a folder, with its subfolders unless they have pages of their own. */
export interface Part {
  /** The folder, '' for the top; unique together with `isRest`. */
  folder: string
  /** Whether it is what the folder holds outside the subfolders that have their own pages. */
  isRest: boolean
  paths: string[]
  /** The folder of the manifest that it belongs to. */
  member: string
}

const most = 18
const tiny = 3
/** How many files a page may be about before its folder is divided. */
const crowded = [20, 30, 45, 70, 110, 200, 400, 1_000]

/** Divides code into parts: by the folders with manifests of their own, then along crowded folders. The same paths give the same parts. */
export function partsOf(paths: string[], members: string[]): Part[] {
  const deepestFirst = members.toSorted((a, b) => b.length - a.length)
  const memberOf = (path: string) => deepestFirst.find((member) => path.startsWith(member ? `${member}/` : '')) ?? ''
  const whole = [...Map.groupBy(paths, memberOf)].map(([member, files]) =>
    // A package is its folder, wherever its code is inside.
    member === ''
      ? descend({ folder: '', isRest: false, paths: files, member })
      : { folder: member, isRest: false, paths: files, member },
  )
  const parts = crowded.map((size) => whole.flatMap((part) => divide(part, size))).find(({ length }) => length <= most)
  return mergeSmallest(parts ?? whole).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

const keyOf = ({ folder, isRest }: Part) => `${folder.replaceAll('/', '\0')}${isRest ? '\0\0' : ''}`

/** Descends while all files are in a single subfolder. */
function descend(part: Part): Part {
  const rest = (part.paths[0] ?? '').slice(part.folder ? part.folder.length + 1 : 0)
  const folder = posix.join(part.folder, rest.split('/')[0] ?? '')
  return part.paths.every((path) => path.startsWith(`${folder}/`)) ? descend({ ...part, folder }) : part
}

function divide(part: Part, size: number): Part[] {
  const { folder, paths, member } = part
  if (paths.length <= size) return [part]
  const groups = Map.groupBy(paths, (path) => {
    const rest = path.slice(folder ? folder.length + 1 : 0)
    return rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : ''
  })
  const large = [...groups].filter(([name, files]) => name && files.length >= tiny)
  const rest = [...groups].filter(([name, files]) => !name || files.length < tiny).flatMap(([, files]) => files)
  if (large.length === 0) return [part]
  return [
    ...(rest.length > 0 ? [{ folder, isRest: true, paths: rest.sort(), member }] : []),
    ...large.flatMap(([name, files]) =>
      divide(descend({ folder: posix.join(folder, name), isRest: false, paths: files, member }), size),
    ),
  ]
}

/** Of a repository with very many packages, the largest ones get pages, and the others one together. */
function mergeSmallest(parts: Part[]): Part[] {
  if (parts.length <= most) return parts
  // What stands at the top joins the others.
  const bySize = parts.toSorted(
    (a, b) => Number(b.folder !== '') - Number(a.folder !== '') || b.paths.length - a.paths.length,
  )
  const others = bySize.slice(most - 1)
  return [
    ...bySize.slice(0, most - 1),
    { folder: '', isRest: true, paths: others.flatMap(({ paths }) => paths).sort(), member: '' },
  ]
}
