import { posix } from 'node:path'
import { isTest } from '../clone/code-files.ts'
import type { TextFile } from '../clone/repository.ts'
import { languageOf } from '../languages/all.ts'
import type { Project } from '../project.ts'
import { plural } from '../project.ts'
import { readInline } from '../writing/markdown.ts'
import { type Block, code, type Inline, joined, paragraph, table, titled } from '../writing/nodes.ts'
import { cite, citeFile, excerpt } from '../writing/sources.ts'

/** How twelve languages read an environment variable: each names it in quotes or as a member. */
const reads =
  /(?:getenv|[gG]etEnvironmentVariable|Getenv|LookupEnv|env::var(?:_os)?|option_env!|\benv!|\bENV(?:\.fetch|\.key\?)?|\$_ENV|process\.env|import\.meta\.env|(?:Bun|Deno)\.env(?:\.get)?|\benviron(?:\.get|\.pop|\.setdefault)?|envvar=)[ ([.]{0,2}["'`]?([A-Z][A-Z0-9_]{2,60})\b/g
const destructured = /\{([A-Z0-9_,: a-z='"]{3,300})\} = process\.env/g
/** In a shell: with a default, since anything else may be a variable of its own. */
const defaulted = /\$\{([A-Z][A-Z0-9_]{2,60}):?[-=]/g

const words = ['env', 'ENV', 'Env', '${']

interface Place {
  name: string
  file: TextFile
  line: number
}

/** Environment variables that the code reads by name or that examples set, with the comments about them. */
export function environmentVariables({ repository, product }: Project): Block[] {
  const read = repository.search(product, words).flatMap(placesIn)
  const examples = exampleFiles(repository).flatMap(settingsIn)
  const names = [...new Set([...read, ...examples].map(({ name }) => name))].sort().slice(0, mostRows)
  const rows = names.map((name): Inline[][] => {
    const example = examples.find((each) => each.name === name)
    const found = read.filter((each) => each.name === name)
    const comment = example?.comment || found.map(commentAbove).find(Boolean) || ''
    const places = [...(example ? [example] : []), ...found].slice(0, 4)
    return [
      [code(name)],
      readInline(comment),
      found[0] ? [code(lineAt(found[0]).slice(0, 110))] : [],
      joined(places.map(({ file, line }) => [cite(file, line, line)])),
    ]
  })
  return titled('Environment variables', [
    ...(rows.length > 0
      ? [
          paragraph(
            `${plural(rows.length, 'environment variable')} that the code reads by name, or that example settings name. The line that reads one shows its default, if any.`,
          ),
        ]
      : []),
    ...(rows.some(([, comment]) => comment?.length)
      ? table(['Variable', 'Comment', 'The line that reads it', 'Where'], rows)
      : table(
          ['Variable', 'The line that reads it', 'Where'],
          rows.map(([name = [], , ...rest]) => [name, ...rest]),
        )),
  ])
}

function placesIn(file: TextFile): Place[] {
  const isShell = languageOf(file.path)?.name === 'Shell'
  return file.lines.flatMap((text, index) => {
    if (text.length > 2_000 || /^\s*(\/\/|#|\*|--)/.test(text)) return []
    const names = [...text.matchAll(reads), ...(isShell ? text.matchAll(defaulted) : [])].map(([, name = '']) => name)
    const more = [...text.matchAll(destructured)].flatMap(([, list = '']) =>
      list.split(',').map((each) => each.split(/[:=]/)[0]?.trim() ?? ''),
    )
    return [...names, ...more].filter(Boolean).map((name) => ({ name, file, line: index + 1 }))
  })
}

const examplePaths = [/^\.env\./, /^env\.example$/, /^example\.env$/, /\.(example|sample)(\.\w+)?$/]
const maxLines = 200
const mostRows = 150

const exampleFiles = (repository: Project['repository']): TextFile[] =>
  repository.files
    .filter((path) => examplePaths.some((name) => name.test(posix.basename(path))) && !isTest(path))
    .flatMap((path) => repository.read(path) ?? [])
    .slice(0, 3)

/** Example settings from the repository. */
export const exampleSettings = ({ repository }: Project): Block[] =>
  exampleFiles(repository).flatMap((file) =>
    titled(`Example settings: ${file.path}`, [
      paragraph('From ', citeFile(file), ':'),
      excerpt(file, 1, maxLines, maxLines),
      ...(file.lines.length > maxLines
        ? [paragraph('It continues in ', cite(file, maxLines + 1, file.lines.length), '.')]
        : []),
    ]),
  )

const settingsIn = (file: TextFile): (Place & { comment: string })[] =>
  file.lines.flatMap((text, index) => {
    const name = /^#?\s?(?:export )?([A-Z][A-Z0-9_]*)=/.exec(text)?.[1]
    return name ? [{ name, file, line: index + 1, comment: commentAbove({ name, file, line: index + 1 }) }] : []
  })

/** A line of a comment, rather than a separator or something commented out. Expects a line without white space around it. */
const comment =
  /^(?:\/\/+|#+|\/\*\*(?=.*\*\/$))\s*(?!eslint|biome|prettier|@ts-|noqa|type:|pylint|!|[A-Z0-9_]+=)([^\s#/*=-].*)$/

/** The comment above a line: one line of JSDoc, or lines that start with `//` or `#`. */
function commentAbove({ file: { lines }, line }: Place): string {
  const text: string[] = []
  for (let above = line - 2; above >= 0; above--) {
    const found = comment.exec(lines[above]?.trim() ?? '')?.[1]
    if (!found || found.endsWith('---')) break
    text.unshift(found.replace(/\*\/$/, '').trimEnd())
  }
  return text.join(' ')
}

const lineAt = (place: Place) => place.file.lines[place.line - 1]?.trim() ?? ''
