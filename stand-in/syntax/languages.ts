import { extname } from 'node:path'
import type { TextFile } from '../clone/repository.ts'
import { outlineEcmascript } from './ecmascript.ts'
import * as ecmascriptQueries from './ecmascript-queries.ts'
import { parse, type Tree } from './grammar.ts'
import type { Outline } from './outline.ts'
import { outlinePython } from './python.ts'
import * as pythonQueries from './python-queries.ts'

/** What the stand-in knows of a language; another one is another row. */
export interface Language {
  name: string
  extensions: string[]
  grammar: string
  outline: (tree: Tree) => Outline
  queries: Queries
}

/** Questions to a file's syntax tree beside its outline, in the query language of tree-sitter. */
export interface Queries {
  /** Captures `name` (a variable that is read) or `whole` (the environment as a whole). */
  environment: string
  /** Captures `name` of what looks like a variable, in files that read the environment as a whole. */
  environmentNames: string
  /** Captures `name` of a test or a group of tests. */
  tests: string
  /** Captures `name` of an option or command, and its `help` or the `arguments` beside it when there are any. */
  commandLine: string
}

const ecmascript = { outline: outlineEcmascript, queries: ecmascriptQueries }

export const languages: Language[] = [
  { name: 'TypeScript', extensions: ['.ts', '.mts', '.cts'], grammar: 'typescript', ...ecmascript },
  { name: 'TypeScript (JSX)', extensions: ['.tsx'], grammar: 'tsx', ...ecmascript },
  { name: 'JavaScript', extensions: ['.js', '.mjs', '.cjs', '.jsx'], grammar: 'javascript', ...ecmascript },
  { name: 'Python', extensions: ['.py', '.pyi'], grammar: 'python', outline: outlinePython, queries: pythonQueries },
]

/** The language of a file by its extension; undefined for those without a grammar here. */
export const languageOf = (path: string): Language | undefined =>
  languages.find(({ extensions }) => extensions.includes(extname(path).toLowerCase()))

/** Parses a file of code; undefined when its language is not known. */
export async function parseFile({ path, text }: TextFile): Promise<{ tree: Tree; language: Language } | undefined> {
  const language = languageOf(path)
  const tree = language && (await parse(language.grammar, text))
  return tree ? { tree, language } : undefined
}

/** What a file exports and imports; undefined when there is no grammar for it. */
export async function outlineOf(file: TextFile): Promise<Outline | undefined> {
  const parsed = await parseFile(file)
  if (!parsed) return undefined
  const outline = parsed.language.outline(parsed.tree)
  parsed.tree.delete()
  return outline
}
