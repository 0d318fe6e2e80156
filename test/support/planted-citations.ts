import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatSourceRange, type SourceRange } from '../../shared/page.ts'
import type { Seeded } from './seeded.ts'

/** Real source text to cite. */
export interface Library {
  folder: string
  files: { path: string; lines: string[] }[]
  /** Lines that define a name. */
  definitions: Definition[]
}

interface Definition {
  path: string
  /** From 1. */
  line: number
  name: string
}

export interface PlantedCitation {
  kind: string
  /** As a page cites it. */
  markdown: string
  /** Where the repository has what it shows, if it is an error that can be mended. */
  truth?: SourceRange
}

/** Reads the sources of a library. Whatever defines a name is found here by itself, not as the checker finds it. */
export function readLibrary(folder: string, pattern: string): Library {
  const paths = globSync(pattern, { cwd: folder }).toSorted()
  const files = paths.map((path) => {
    const lines = readFileSync(join(folder, path), 'utf8').split('\n')
    if (lines.at(-1) === '') lines.pop()
    return { path, lines }
  })
  const definitions = files.flatMap(({ path, lines }) =>
    lines.flatMap((text, index) => {
      const [, name] = /^export (?:async )?(?:const|function\*?|class) ([A-Za-z]\w{5,})/.exec(text) ?? []
      return name === undefined ? [] : [{ path, line: index + 1, name }]
    }),
  )
  return { folder, files: files.filter(({ lines }) => lines.length > 20), definitions }
}

/** Citations that are true, of every kind that pages use. */
export const trueKinds: Record<string, (library: Library, random: Seeded) => PlantedCitation | undefined> = {
  excerpt(library, random) {
    const place = someLines(library, random)
    return place && { kind: 'excerpt', markdown: excerpt(place.range, place.text) }
  },
  'excerpt in a list'(library, random) {
    const place = someLines(library, random)
    const indented = place && excerpt(place.range, place.text).replaceAll('\n', '\n  ')
    return indented === undefined ? undefined : { kind: 'excerpt in a list', markdown: `- Like so:\n\n  ${indented}` }
  },
  definition({ definitions }, random) {
    const { path, line, name } = random.pick(definitions)
    return { kind: 'definition', markdown: link(`\`${name}\``, { path, startLine: line, endLine: line }) }
  },
  'call in words'({ definitions }, random) {
    const { path, line, name } = random.pick(definitions)
    const text = random.pick([`${name}()`, `\`${name}(value)\``, `\`some.${name}\``])
    return { kind: 'call in words', markdown: link(text, { path, startLine: line, endLine: line }) }
  },
  use(library, random) {
    const place = someLines(library, random)
    const words = place?.text.join(' ').match(/\b[a-z]+[A-Z]\w{3,}\b/g)
    return place && words ? { kind: 'use', markdown: link(`\`${random.pick(words)}\``, place.range) } : undefined
  },
  words(library, random) {
    const place = someLines(library, random)
    return place && { kind: 'words', markdown: link('where that is done', place.range) }
  },
  place(library, random) {
    const place = someLines(library, random)
    if (!place) return undefined
    const { path, startLine, endLine } = place.range
    return { kind: 'place', markdown: link(`${path}, lines ${startLine}–${endLine}`, place.range) }
  },
  'whole file'({ files }, random) {
    const { path } = random.pick(files)
    return { kind: 'whole file', markdown: link(`\`${path}\``, { path }) }
  },
  folder({ files }, random) {
    const { path } = random.pick(files)
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    return folder === '' ? undefined : { kind: 'folder', markdown: link('this folder', { path: folder }) }
  },
}

/** Errors as models make them. Each is an error by its making: what is cited is compared with what is shown before it is planted. */
export const errorKinds: Record<string, (library: Library, random: Seeded) => PlantedCitation | undefined> = {
  'wrong line': (library, random) => movedExcerpt('wrong line', library, random, random.between(10, 80)),
  'off by one': (library, random) =>
    random.chance(0.5)
      ? movedExcerpt('off by one', library, random, random.pick([-1, 1]))
      : movedName('off by one', library, random, 1),
  'name not in range': (library, random) => movedName('name not in range', library, random, random.between(8, 80)),
  'wrong file'(library, random) {
    const { path, line, name } = random.pick(library.definitions)
    const other = random.pick(library.files)
    const count = library.definitions.filter((one) => one.name === name).length
    if (count > 1 || other.path === path || other.lines.join('\n').includes(name)) return undefined
    const startLine = Math.min(line, other.lines.length)
    const wrong = { path: other.path, startLine, endLine: startLine }
    if (!/\w/.test(other.lines[startLine - 1] ?? '')) return undefined
    const truth = { path, startLine: line, endLine: line }
    return { kind: 'wrong file', markdown: link(`\`${name}\``, wrong), truth }
  },
  'invented function'(library, random) {
    const place = someLines(library, random)
    const name = `${random.pick(['resolve', 'compute', 'ensure'])}${random.pick(['Quarterly', 'Lunar', 'Tidal'])}Ledger`
    return place && { kind: 'invented function', markdown: link(`\`${name}()\``, place.range) }
  },
  'altered excerpt'(library, random) {
    const place = someLines(library, random)
    if (!place) return undefined
    const at = random.between(0, place.text.length - 1)
    const changed = place.text.map((line, index) => (index === at ? altered(line, random) : line))
    return changed[at] === place.text[at]
      ? undefined
      : { kind: 'altered excerpt', markdown: excerpt(place.range, changed) }
  },
  'shortened excerpt'(library, random) {
    const place = someLines(library, random)
    if (!place || place.text.length < 3) return undefined
    return { kind: 'shortened excerpt', markdown: excerpt(place.range, place.text.toSpliced(1, 1, '// …')) }
  },
  'deleted file'(library, random) {
    const place = someLines(library, random)
    if (!place) return undefined
    const path = place.range.path.replace(/(\w+)\.(\w+)$/, '$1-before.$2')
    return { kind: 'deleted file', markdown: link(random.pick(['the loop', 'this']), { ...place.range, path }) }
  },
  'blank line'({ files }, random) {
    const { path, lines } = random.pick(files)
    const blank = lines.flatMap((line, index) => (line.trim() === '' ? [index + 1] : []))
    if (blank.length === 0) return undefined
    const line = random.pick(blank)
    return { kind: 'blank line', markdown: link('the check', { path, startLine: line, endLine: line }) }
  },
  'no such lines'({ files }, random) {
    const { path, lines } = random.pick(files)
    const startLine = lines.length - random.between(-9, 3)
    const range = { path, startLine, endLine: startLine + random.between(4, 20) }
    return { kind: 'no such lines', markdown: link('the end of it', range) }
  },
}

function someLines(
  { files }: Library,
  random: Seeded,
): { range: { path: string; startLine: number; endLine: number }; text: string[]; lines: string[] } | undefined {
  const { path, lines } = random.pick(files)
  const startLine = random.between(1, lines.length - 12)
  const endLine = startLine + random.between(2, 10)
  const text = lines.slice(startLine - 1, endLine)
  const isText = [text.at(0), text.at(-1)].every((line) => /\w/.test(line ?? ''))
  return isText ? { range: { path, startLine, endLine }, text, lines } : undefined
}

function movedExcerpt(kind: string, library: Library, random: Seeded, by: number): PlantedCitation | undefined {
  const place = someLines(library, random)
  if (!place) return undefined
  const { startLine, endLine } = place.range
  const range = { ...place.range, startLine: startLine + by, endLine: endLine + by }
  const there = place.lines.slice(range.startLine - 1, range.endLine).join('\n')
  if (range.startLine < 1 || range.endLine > place.lines.length || there === place.text.join('\n')) return undefined
  return { kind, markdown: excerpt(range, place.text), truth: place.range }
}

/** A link with a name's definition just before, or far from, the lines that it leads to. */
function movedName(
  kind: string,
  { files, definitions }: Library,
  random: Seeded,
  by: number,
): PlantedCitation | undefined {
  const { path, line, name } = random.pick(definitions)
  const lines = files.find((file) => file.path === path)?.lines ?? []
  const range = { path, startLine: line + by, endLine: line + by + random.between(0, 3) }
  const there = lines.slice(range.startLine - 1, range.endLine)
  const others = definitions.filter((one) => one.name === name && one.path === path)
  if (others.length > 1 || range.endLine > lines.length || !there.some((text) => /\w/.test(text))) return undefined
  if (there.some((text) => new RegExp(`\\b${name}\\b`).test(text))) return undefined
  return { kind, markdown: link(`\`${name}\``, range), truth: { path, startLine: line, endLine: line } }
}

const altered = (line: string, random: Seeded): string =>
  random.pick([
    line.replace(/\w{3,}/, 'another'),
    line.replace(/\d+/, (digits) => String(Number(digits) + 1)),
    line.replace('=', '!='),
    line.replace(/[a-z](?=\w*$)/, 'q'),
  ])

const link = (text: string, range: SourceRange): string => `See [${text}](source:${formatSourceRange(range)}).`

const excerpt = (range: SourceRange, lines: readonly string[]): string =>
  ['`````ts', ` source=${formatSourceRange(range)}\n`, lines.join('\n'), '\n`````'].join('')
