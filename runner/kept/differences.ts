import { dirname } from 'node:path'
import { diffBlobs } from '../process/diff-blobs.ts'
import type { GitOptions } from '../process/git.ts'
import { repositoryOf } from '../stages/neutralise.ts'
import { lineMoves } from './line-moves.ts'

/** How two versions of a file differ. */
export interface Difference {
  /** As `git diff` prints it, from the first line range on. */
  text: string
  /** Only blank lines and white space at the ends of lines have changed. */
  isBlank: boolean
  /** Where lines of the former version are now. */
  move: ReturnType<typeof lineMoves>
}

/** Finds the difference of two files by their ids; undefined if git doesn't have both, or they are no text. */
export type Differences = (before: string, after: string) => Promise<Difference | undefined>

/** Reads differences from a clone's repository, each once. */
export function openDifferences(
  clone: string,
  { home, env, signal }: { home: string; env: { PATH: string; MAX_GIT_MIB: number }; signal: AbortSignal },
): Differences {
  const options: GitOptions = {
    ...{ cwd: dirname(clone), home, path: env.PATH, signal },
    ...{ protocols: '', memoryMib: env.MAX_GIT_MIB, timeoutMs: 60_000 },
    environment: { GIT_DIR: repositoryOf(clone) },
  }
  const known = new Map<string, Promise<Difference | undefined>>()
  const find = async (before: string, after: string): Promise<Difference | undefined> => {
    const printed = await diffBlobs(before, after, options)
    const text = printed?.slice(printed.search(/^@@/m))
    if (!printed || !text?.startsWith('@@')) return undefined
    const more = await diffBlobs(before, after, options, ['--ignore-space-at-eol', '--ignore-blank-lines'])
    return { text, isBlank: more === '', move: lineMoves(text) }
  }
  return async (before, after) => {
    if (before === '' || after === '') return undefined
    const key = `${before} ${after}`
    const found = known.get(key) ?? find(before, after)
    known.set(key, found)
    return await found
  }
}
