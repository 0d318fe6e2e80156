export type SymbolKind =
  | 'function'
  | 'class'
  | 'interface'
  | 'type'
  | 'enum'
  | 'constant'
  | 'namespace'
  | 'method'
  | 'property'

/** A name that a file declares; lines are those of the file, the first is 1, both ends count. */
export interface CodeSymbol {
  name: string
  kind: SymbolKind
  isPublic: boolean
  /** The first line of a comment right before it; the same as `start` when it has none. */
  docStart: number
  start: number
  /** The last line of what can be called its head: up to the body, in Python with the docstring. */
  headEnd: number
  end: number
  /** The comment or docstring, without its marks; '' when there is none. */
  doc: string
  members: CodeSymbol[]
}

/** Names taken from another module; `*` stands for all of them. */
export interface Import {
  from: string
  line: number
  names: { imported: string; local: string }[]
  /** The names are given on to whoever imports this file. */
  isExport: boolean
}

/** What a file of code declares, and what it takes from others. */
export interface Outline {
  /** The comment or docstring at the top that is about the file as a whole. */
  doc: string
  symbols: CodeSymbol[]
  imports: Import[]
  /** The names it lists as its interface (`__all__`, `export { … }`), when it does. */
  listed: string[] | undefined
}
