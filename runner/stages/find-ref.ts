import type { GenerationRecord } from '../../shared/generation.ts'
import { DEFAULT_BRANCH_KEY } from '../../shared/variant.ts'
import { visibleLine } from '../../shared/visible-text.ts'
import { cloneFailed, refusals } from './clone-failures.ts'

export interface FoundRef {
  /** What to fetch. */
  refName: string
  /** Its branch or tag, as people call it. */
  ref: string
  commit: string
}

type AskedRef = GenerationRecord['askedRef']

/** The refs that decide what to fetch, as arguments of `git ls-remote`. */
export const refPatterns = (askedRef: AskedRef): string[] => ['HEAD', ...wantedRefs(askedRef)]

const wantedRefs = (askedRef: AskedRef): string[] =>
  askedRef === null ? [] : [`refs/heads/${askedRef}`, `refs/tags/${askedRef}`]

/**
 * The requested ref. If none was requested, or if `main` was and doesn't exist, the repository's default branch, or else its only
 * branch.
 *
 * @param listing - what `git ls-remote --symref` printed for the patterns of this ref
 * @param list - asks for other refs
 * @throws DomainError `clone-failed`
 */
export async function findRef(
  askedRef: AskedRef,
  listing: string,
  list: (pattern: string) => Promise<string>,
): Promise<FoundRef> {
  const wanted = wantedRefs(askedRef)
  const lines = linesOf(listing)
  const named = wanted.map((name) => lines.find((line) => line[1] === name)).find(Boolean)
  if (named?.[1]) return { refName: named[1], ref: askedRef ?? named[1], commit: named[0] }
  if (askedRef !== null && askedRef !== DEFAULT_BRANCH_KEY) {
    throw cloneFailed(refusals.noSuchRef(askedRef))
  }
  const head = lines.find(([left, right]) => right === 'HEAD' && !left.startsWith('ref: '))
  if (!head) return onlyBranch(linesOf(await list('refs/heads/*')))
  const symref = lines.find(([left, right]) => right === 'HEAD' && left.startsWith('ref: '))?.[0].slice('ref: '.length)
  return { refName: 'HEAD', ref: symref ? branchOf(symref) : 'HEAD', commit: head[0] }
}

type Line = [left: string, right?: string]

const linesOf = (listing: string): Line[] => listing.split('\n').map((line) => line.split('\t') as Line)

const branchOf = (refName: string): string => visibleLine(refName.replace(/^refs\/heads\//, '')).slice(0, LONGEST_NAME)

/** git's own limit is that of the server's file system. */
const LONGEST_NAME = 255

/** For a HEAD that names a branch which doesn't exist. */
function onlyBranch(lines: Line[]): FoundRef {
  const branches = lines.flatMap(([commit, refName]) => (refName ? [{ refName, ref: branchOf(refName), commit }] : []))
  const [first, ...others] = branches
  if (!first) throw cloneFailed(refusals.noCommit())
  if (others.length > 0) throw cloneFailed(refusals.noDefaultBranch(branches.map(({ ref }) => ref)))
  return first
}
