import type { Tree } from '../syntax/grammar.ts'
import type { Outline } from '../syntax/outline.ts'

/** What the stand-in knows about a language. To support another one, add a file like those beside this one and list it in `all.ts`. */
export interface Language {
  name: string
  /** With the dot, in lower case. */
  extensions: readonly string[]
  /** The grammar's name in `@vscode/tree-sitter-wasm`. */
  grammar: string
  /** Usually {@link outlineWith} queries. */
  outline(tree: Tree): Outline
  /** Where an import leads: a path without its extension, from the top of the clone if it begins with `/`. Default: the name as a path. */
  target?(from: string, path: string): string
  /** Paths of its test files, besides those in folders of tests. */
  testFile?: RegExp
  /** Finds the names of tests in a text, as its last group. */
  testName?: RegExp
  /** Paths of files that start a program or that users import. */
  entry?: RegExp
}
