import type { TextFile } from '../clone/repository.ts'

/** A file in which a package describes itself to its package manager. */
export interface Manifest {
  file: TextFile
  /** Its folder, '' at the top. */
  folder: string
  ecosystem: Ecosystem
  /** Whether it says that it is never published. */
  isPrivate?: boolean
  facts: Fact[]
  dependencies: Dependency[]
  commands: Command[]
  /** Files that users start or import, as the manifest names them; perhaps what a build makes of them. */
  entries: Entry[]
}

/** Where a package is published, and the words of those who use it. */
export interface Ecosystem {
  /** What its parts are called, in the plural. */
  parts: string
  /** The command that adds a library to a project. */
  add?(name: string): string
  /** The command that installs a program. */
  install?(name: string): string
  /** The command that runs the tests of a package. */
  test?: string
}

export type FactKind = 'name' | 'version' | 'description' | 'licence' | 'homepage' | 'requires'

/** Something that a manifest states, with its line. */
export interface Fact {
  kind: FactKind
  /** What is required, for that kind. */
  of: string
  value: string
  line: number
}

export interface Dependency {
  name: string
  /** '' without one. */
  range: string
  group: string
  line: number
}

export interface Command {
  /** What to type. */
  name: string
  /** What it runs or starts. */
  runs: string
  line: number
  kind: 'script' | 'installed'
}

export interface Entry {
  target: string
  /** The keys that hold it. */
  keys: string
  line: number
  kind: 'import' | 'command' | 'script'
  name: string
}

/** The first fact of a kind; undefined without one. */
export const factOf = (manifest: Manifest | undefined, kind: FactKind): Fact | undefined =>
  manifest?.facts.find((fact) => fact.kind === kind)
