import type { GitOptions } from './git.ts'
import { read } from './read-commit.ts'

/** Larger differences count as another file. */
const MOST_BYTES = 2 * 1024 * 1024

/**
 * The differences of two files by their ids, as `git diff` prints them. Undefined if a file is not in the repository, or the
 * differences are too large.
 *
 * @throws the signal's reason when aborted
 */
export async function diffBlobs(
  before: string,
  after: string,
  options: GitOptions,
  more: readonly string[] = [],
): Promise<string | undefined> {
  const tooMuch = new AbortController()
  try {
    return await read({ ...options, signal: AbortSignal.any([options.signal, tooMuch.signal]) }, async (git) => {
      git.outputHandler((_command, stdout) => {
        let bytes = 0
        stdout.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > MOST_BYTES) tooMuch.abort()
        })
      })
      return await git.raw(['diff', '--no-color', '--no-ext-diff', '--no-textconv', ...more, before, after])
    })
  } catch {
    options.signal.throwIfAborted()
    return undefined
  }
}
