import { posix } from 'node:path'
import { countBy, describeCounts, formatOf } from '../clone/code-files.ts'
import { type EntryPoint, entryPoints } from '../entry-points.ts'
import type { CodePart, Project } from '../project.ts'
import { type Block, bullets, code, heading, type Inline, joined, paragraph, table, titled } from '../writing/nodes.ts'
import { cite, citeFile } from '../writing/sources.ts'
import { type Draft, draft, see } from './draft.ts'
import { importsBetween } from './part-imports.ts'
import { wordsAbout } from './part-words.ts'

/** How the code is organised: a picture of what imports what, the parts, and where it starts. */
export const architecture = async (project: Project): Promise<Draft[]> =>
  draft({
    group: 'The code',
    slug: 'architecture',
    title: 'Architecture',
    description: 'How the code is organised: its parts, what they import from each other, and where it starts.',
    blocks:
      project.product.length < 2
        ? []
        : [...(await picture(project)), ...(await parts(project)), ...entries(project), ...rest(project)],
  })

const mostNodes = 12

/** Draws the parts and what they import from each other, as far as it is a picture rather than a tangle. */
async function picture(project: Project): Promise<Block[]> {
  const between = await importsBetween(project, project.parts)
  const isFlat = between.length === 0
  const units = isFlat ? filesAsParts(project) : project.parts
  const edges = isFlat ? await importsBetween(project, units) : between
  if (edges.length === 0) return []
  const degree = (part: CodePart) =>
    edges.reduce((sum, edge) => sum + (edge.from === part || edge.to === part ? edge.files : 0), 0)
  const shown = new Set(
    units
      .filter((part) => degree(part) > 0)
      .toSorted((a, b) => degree(b) - degree(a))
      .slice(0, mostNodes),
  )
  const drawn = edges
    .filter(({ from, to }) => shown.has(from) && shown.has(to))
    .toSorted((a, b) => b.files - a.files)
    .slice(0, mostNodes * 2)
  const nameOf = (part: CodePart) => `part${units.indexOf(part) + 1}`
  const lines = [
    'flowchart LR',
    ...[...shown].map((part) => `  ${nameOf(part)}["${part.title.replaceAll(/["\\<>#;]/g, ' ').slice(0, 60)}"]`),
    ...drawn.map(({ from, to }) => `  ${nameOf(from)} --> ${nameOf(to)}`),
  ]
  const left = edges.length - drawn.length
  return [
    paragraph(
      isFlat
        ? 'An arrow means that one file imports the other'
        : 'An arrow means that files of one part import files of the other',
      left > 0 ? '. The most important imports are drawn:' : ':',
    ),
    { type: 'code', lang: 'mermaid', value: lines.join('\n') },
  ]
}

/** The files of code that is all in one place. A header and its source are one. */
function filesAsParts({ parts }: Project): CodePart[] {
  const files = Map.groupBy(
    parts.flatMap((part) => part.paths.map((path) => ({ part, path }))),
    ({ path }) => path.replace(/\.\w+$/, ''),
  )
  return [...files].slice(0, 400).flatMap(([folder, found]) =>
    found[0]
      ? [
          {
            ...found[0].part,
            folder,
            isRest: false,
            title: posix.basename(found[0].path),
            paths: found.map(({ path }) => path),
          },
        ]
      : [],
  )
}

async function parts(project: Project): Promise<Block[]> {
  const rows: Inline[][][] = []
  for (const part of project.parts)
    rows.push([
      [see(part.slug, part.title)],
      [code(part.folder || '.')],
      [describeCounts(part.paths)],
      await wordsAbout(project, part),
    ])
  return rows.length === 0 ? [] : [heading(2, 'Parts'), ...table(['Part', 'Folder', 'Files', 'What it is'], rows)]
}

function entries(project: Project): Block[] {
  const rows = entryPoints(project)
    .slice(0, 25)
    .map((point) => [[citeFile(point.file)], wayIn(point), declaration(point)])
  return titled('Where the code starts', table(['File', 'Started or imported by', 'Declared in'], rows))
}

const wayIn = ({ kind, name }: EntryPoint): Inline[] => {
  if (!name) return ['its name, by convention']
  return kind === 'command'
    ? ['the command ', code(name)]
    : kind === 'import'
      ? ['importing ', code(name)]
      : [code(name)]
}

const declaration = ({ declared }: EntryPoint): Inline[] =>
  declared
    ? [
        code(declared.entry.keys),
        ': ',
        code(declared.entry.target),
        ', ',
        cite(declared.manifest.file, declared.entry.line, declared.entry.line),
      ]
    : []

/** The folders beside the code. */
function rest({ repository, product }: Project): Block[] {
  const top = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')
  const ofCode = new Set(product.map(top))
  const others = countBy(repository.files, top).filter(([folder]) => folder && !ofCode.has(folder))
  const items = others.slice(0, 25).map(([folder]): Inline[] => {
    const inside = repository.files.filter((path) => path.startsWith(`${folder}/`))
    const kinds = countBy(inside, formatOf)
      .slice(0, 3)
      .map(([kind]): Inline[] => [kind])
    return [
      code(folder),
      `: ${inside.length === 1 ? posix.basename(inside[0] ?? '') : `${inside.length} files, `}`,
      ...(inside.length === 1 ? [] : joined(kinds)),
    ]
  })
  return titled('Beside the code', bullets(items))
}
