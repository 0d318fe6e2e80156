export type SymbolKind =
  | 'function'
  | 'class'
  | 'interface'
  | 'type'
  | 'enum'
  | 'struct'
  | 'trait'
  | 'record'
  | 'module'
  | 'macro'
  | 'constant'
  | 'namespace'
  | 'method'
  | 'property'

/** A name that a file declares. Line ranges are from 1 and inclusive. */
export interface CodeSymbol {
  name: string
  kind: SymbolKind
  isPublic: boolean
  /** The first line of the comment right above it; equal to `start` without a comment. */
  docStart: number
  start: number
  /** The last line of its head: everything up to the body, in Python including the docstring. */
  headEnd: number
  end: number
  /** The comment or docstring without its delimiters; '' when there is none. */
  doc: string
  members: CodeSymbol[]
}

/** Names imported from another module; `*` stands for all of them. */
export interface Import {
  from: string
  line: number
  names: { imported: string; local: string }[]
  /** Whether the names are re-exported. */
  isExport: boolean
}

/** What a source file declares and imports. */
export interface Outline {
  /** The comment or docstring about the file as a whole. */
  doc: string
  symbols: CodeSymbol[]
  imports: Import[]
  /** The names that it lists as its interface (`__all__`, `export { … }`); undefined without such a list. */
  listed: string[] | undefined
  /** The package or namespace that the file says it belongs to. */
  package?: string | undefined
}
