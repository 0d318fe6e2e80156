import { extname } from 'node:path'
import type { Code, InlineCode, Link } from 'mdast'
import type { TextFile } from '../clone/repository.ts'
import { code, link } from './nodes.ts'

/** Longer excerpts are cut: they show the beginning, and their link leads to the rest. */
export const maxExcerptLines = 25

/** The URL of a link to lines of a file. */
export const sourceUrl = (path: string, start: number, end: number): string => `source:${lineRange(path, start, end)}`

/** `src/a.ts#L1-L9`, with white space and characters that would end the path escaped. */
const lineRange = (path: string, start: number, end: number): string => `${escaped(path, /[#?()]/g)}#L${start}-L${end}`

const escaped = (path: string, signs: RegExp): string =>
  encodeURI(path.toWellFormed()).replace(signs, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

/** A link to lines of a file, clamped to the file. The default text is `path, lines 3–9`. */
export function cite(file: TextFile, start = 1, end = file.lines.length, text?: string): Link {
  const last = Math.max(1, Math.min(end, file.lines.length))
  const first = Math.max(1, Math.min(start, last))
  const lines = first === last ? `line ${first}` : `lines ${first}–${last}`
  return link(sourceUrl(file.path, first, last), text ?? `${file.path}, ${lines}`)
}

/** A link to a whole file, with its path as text. */
export const citeFile = (file: TextFile): Link => cite(file, 1, file.lines.length, file.path)

/** A link to a folder, with its path as text; just the text for the root. */
export const citeFolder = (path: string): InlineCode | Link =>
  path === '.' ? code(path) : link(`source:${escaped(path, /[#?():]/g)}/`, code(path))

/** A verbatim code block of a file's lines with its source, without blank lines at either end. */
export function excerpt(file: TextFile, start: number, end: number, max = maxExcerptLines): Code {
  const isBlank = (line: number) => !file.lines[line - 1]?.trim()
  let [first, last] = [start, Math.min(end, start + max - 1, file.lines.length)]
  while (first < last && isBlank(first)) first++
  while (last > first && isBlank(last)) last--
  return {
    type: 'code',
    lang: languageOf(file.path),
    meta: `source=${lineRange(file.path, first, last)}`,
    value: file.lines.slice(first - 1, last).join('\n'),
  }
}

const languages: Record<string, string> = {
  '.mjs': 'js',
  '.cjs': 'js',
  '.mts': 'ts',
  '.cts': 'ts',
  '.py': 'python',
  '.pyi': 'python',
  '.yml': 'yaml',
  '.md': 'markdown',
  '.sh': 'bash',
  '.rs': 'rust',
  '.cs': 'csharp',
  '.h': 'c',
  '.hh': 'cpp',
  '.hpp': 'cpp',
  '.cc': 'cpp',
  '.bats': 'bash',
  '.rb': 'ruby',
  '.cfg': 'ini',
  '.example': 'ini',
}

function languageOf(path: string): string {
  const extension = extname(path).toLowerCase()
  return languages[extension] ?? (/^\.[a-z0-9]+$/.test(extension) ? extension.slice(1) : 'text')
}
