/** A part of the code that gets its own page: the files of one folder, or of several small ones. */
export interface Area {
  /** The folder, '' for the top; unique together with `part`. */
  folder: string
  /** '' for a folder with its subfolders, 'top' for its own files; with a number when those are split further. */
  part: string
  paths: string[]
}

const maxAreas = 18
const maxPages = 22
const crowded = 30

/**
 * Divides code into areas along its folders. Crowded folders are split, top levels first; tiny ones are merged with their
 * neighbours. The same paths give the same areas.
 */
export function areasOf(paths: string[]): Area[] {
  let areas: Area[] = paths.length === 0 ? [] : [descend({ folder: '', part: '', paths })]
  for (;;) {
    const large = areas.filter((area) => canSplit(area) && (areas.length === 1 || area.paths.length > crowded))
    const found = large
      .sort((a, b) => depthOf(a) - depthOf(b) || b.paths.length - a.paths.length)
      .map((area) => ({ area, parts: mergeToFit(split(area), maxAreas - areas.length + 1) }))
      .find(({ parts }) => parts)
    if (!found) break
    areas = areas.flatMap((area) => (area === found.area ? (found.parts ?? []) : [area]))
  }
  return divideCrowds(areas).sort((a, b) => (a.folder + a.part < b.folder + b.part ? -1 : 1))
}

const depthOf = ({ folder }: Area) => (folder ? folder.split('/').length : 0)

const below = (folder: string, path: string) => path.slice(folder ? folder.length + 1 : 0)

/** Descends while all files are in a single subfolder. */
function descend(area: Area): Area {
  const [first = ''] = below(area.folder, area.paths[0] ?? '').split('/')
  const folder = area.folder ? `${area.folder}/${first}` : first
  return area.paths.every((path) => path.startsWith(`${folder}/`)) ? descend({ ...area, folder }) : area
}

const canSplit = ({ folder, part, paths }: Area) =>
  !part && paths.some((path) => below(folder, path).includes('/')) && paths.length > 3

function split({ folder, paths }: Area): Area[] {
  const groups = Map.groupBy(paths, (path) => {
    const rest = below(folder, path)
    return rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : ''
  })
  return [...groups].map(([name, files]) =>
    name === ''
      ? { folder, part: 'top', paths: files }
      : descend({ folder: folder ? `${folder}/${name}` : name, part: '', paths: files }),
  )
}

/** Merges small folders, tiny ones first, until at most `max` parts are left; undefined when that fails. */
function mergeToFit(parts: Area[], max: number): Area[] | undefined {
  return [2, 3, 4, 6, 8, 12, 16]
    .map((size) => mergeSmall(parts, size))
    .find(({ length }) => length > 1 && length <= max)
}

/** Merges folders of at most `size` files with the files next to them. */
function mergeSmall(areas: Area[], size: number): Area[] {
  const parent = areas.find(({ part }) => part === 'top')
  const small = areas.filter((area) => area !== parent && area.paths.length <= size)
  if (small.length === 0 || (!parent && small.length < 2)) return areas
  const folder = parent?.folder ?? commonFolder(small.map((area) => area.folder))
  const paths = [...(parent?.paths ?? []), ...small.flatMap((area) => area.paths)].sort()
  return [...areas.filter((area) => area !== parent && !small.includes(area)), { folder, part: 'top', paths }]
}

function commonFolder(folders: string[]): string {
  const [first = []] = folders.map((folder) => folder.split('/').slice(0, -1))
  const shared = first.findIndex((name, index) => !folders.every((folder) => folder.split('/')[index] === name))
  return first.slice(0, shared === -1 ? first.length : shared).join('/')
}

/** Splits areas that are still crowded by file name, largest first. */
function divideCrowds(areas: Area[]): Area[] {
  let left = maxPages - areas.length
  return areas
    .toSorted((a, b) => b.paths.length - a.paths.length)
    .flatMap((area) => {
      const parts = divideAlphabet(area, Math.min(4, 1 + left))
      left -= parts.length - 1
      return parts
    })
}

function divideAlphabet(area: Area, max: number): Area[] {
  const count = Math.min(max, Math.ceil(area.paths.length / 40))
  if (count < 2) return [area]
  const size = Math.ceil(area.paths.length / count)
  return Array.from({ length: count }, (_, index) => ({
    ...area,
    part: `${area.part}-${index + 1}`,
    paths: area.paths.slice(index * size, (index + 1) * size),
  }))
}
