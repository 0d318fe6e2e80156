import type { CodeIndex } from '../review/code-index.ts'
import type { Differences } from './differences.ts'
import type { StoredWork } from './stored-work.ts'
import type { Tree } from './tree.ts'

/** What plans and pages are made for, and what is known of former ones. */
export interface PlannedClone {
  /** Where it is. */
  path: string
  commit: string
  tree: Tree
  work: StoredWork
  differences: Differences
  /** Read when it is first needed, and once. */
  code(): Promise<CodeIndex>
}
