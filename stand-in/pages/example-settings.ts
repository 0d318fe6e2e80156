import { posix } from 'node:path'
import { isTest } from '../clone/code-files.ts'
import type { Repository, TextFile } from '../clone/repository.ts'
import { type Block, paragraph, titled } from '../writing/nodes.ts'
import { cite, citeFile, excerpt } from '../writing/sources.ts'

const names = [/^\.env\./, /^env\.example$/, /^example\.env$/, /\.(example|sample)(\.\w+)?$/]
const maxLines = 200

const exampleFiles = (repository: Repository): TextFile[] =>
  repository.files
    .filter((path) => names.some((name) => name.test(posix.basename(path))) && !isTest(path))
    .flatMap((path) => repository.read(path) ?? [])
    .slice(0, 3)

/** Example settings from the repository. */
export const exampleSettings = (repository: Repository): Block[] =>
  exampleFiles(repository).flatMap((file) =>
    titled(`Example settings: ${file.path}`, [
      paragraph('From ', citeFile(file), ':'),
      excerpt(file, 1, maxLines, maxLines),
      ...(file.lines.length > maxLines
        ? [paragraph('It continues in ', cite(file, maxLines + 1, file.lines.length), '.')]
        : []),
    ]),
  )

export interface Explained {
  text: string
  file: TextFile
  line: number
}

/** Looks up the comment right above a variable in these examples; undefined for a variable without one. */
export function exampleComments(repository: Repository): (variable: string) => Explained | undefined {
  const found = exampleFiles(repository).flatMap((file) => file.lines.flatMap((_, index) => commented(file, index)))
  const comments = new Map(found)
  return (variable) => comments.get(variable)
}

function commented(file: TextFile, index: number): [string, Explained][] {
  const { lines } = file
  const variable = /^#?\s*(?:export )?([A-Z][A-Z0-9_]*)=/.exec(lines[index] ?? '')?.[1]
  let start = index
  while (isComment(lines[start - 1])) start--
  const text = lines.slice(start, index).map((line) => line.replace(/^#+\s*/, ''))
  return variable && text.length > 0 ? [[variable, { text: text.join(' '), file, line: index + 1 }]] : []
}

/** Whether a line is a comment, rather than a separator or a commented-out variable. */
const isComment = (line = '') =>
  /^#+\s*[^\s#]/.test(line) && !/^#+\s*[A-Z][A-Z0-9_]*=/.test(line) && !/[-=#]{4}$/.test(line.trimEnd())
