import { extname } from 'node:path'
import type { TextFile } from '../clone/repository.ts'
import { outlineEcmascript } from './ecmascript.ts'
import * as ecmascriptQueries from './ecmascript-queries.ts'
import { parse, type Tree } from './grammar.ts'
import type { Outline } from './outline.ts'
import { outlinePython } from './python.ts'
import * as pythonQueries from './python-queries.ts'

/** What the stand-in knows about a language. To support another one, add a row below. */
export interface Language {
  name: string
  extensions: string[]
  grammar: string
  outline: (tree: Tree) => Outline
  queries: Queries
}

/** Queries on a file's syntax tree, in tree-sitter's query language. */
export interface Queries {
  /** Captures `name` (a variable that is read) or `whole` (the environment read as a whole). */
  environment: string
  /** Captures `name` of anything that looks like a variable, for files that read the environment as a whole. */
  environmentNames: string
  /** Captures `name` of a test or a group of tests. */
  tests: string
  /** Captures `name` of an option or command, and its `help` or `arguments`, if any. */
  commandLine: string
}

const ecmascript = { outline: outlineEcmascript, queries: ecmascriptQueries }

export const languages: Language[] = [
  { name: 'TypeScript', extensions: ['.ts', '.mts', '.cts'], grammar: 'typescript', ...ecmascript },
  { name: 'TypeScript (JSX)', extensions: ['.tsx'], grammar: 'tsx', ...ecmascript },
  { name: 'JavaScript', extensions: ['.js', '.mjs', '.cjs', '.jsx'], grammar: 'javascript', ...ecmascript },
  { name: 'Python', extensions: ['.py', '.pyi'], grammar: 'python', outline: outlinePython, queries: pythonQueries },
]

/** The language of a file, by its extension; undefined when there is no grammar for it. */
export const languageOf = (path: string): Language | undefined =>
  languages.find(({ extensions }) => extensions.includes(extname(path).toLowerCase()))

/** Parses a source file; undefined when its language is unknown. */
export async function parseFile({ path, text }: TextFile): Promise<{ tree: Tree; language: Language } | undefined> {
  const language = languageOf(path)
  const tree = language && (await parse(language.grammar, text))
  return tree ? { tree, language } : undefined
}

/** Outlines a source file; undefined when its language is unknown. */
export async function outlineOf(file: TextFile): Promise<Outline | undefined> {
  const parsed = await parseFile(file)
  if (!parsed) return undefined
  const outline = parsed.language.outline(parsed.tree)
  parsed.tree.delete()
  return outline
}
