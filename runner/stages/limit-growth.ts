import { stat } from 'node:fs/promises'
import { listFiles } from '../files/list-files.ts'

const CHECK_EVERY_MS = 1_000

/**
 * Does work that fills a folder, with a signal that is aborted with `reason` once the folder outgrows `maxBytes`. The folder is
 * checked every second, so it can exceed the limit by a second's growth.
 */
export async function limitGrowth<Result>(
  folder: string,
  { maxBytes, reason }: { maxBytes: number; reason: Error },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const outgrown = new AbortController()
  const check = async () => {
    if ((await sizeOf(folder)) > maxBytes) outgrown.abort(reason)
  }
  const timer = setInterval(() => void check(), CHECK_EVERY_MS)
  try {
    return await work(outgrown.signal)
  } finally {
    clearInterval(timer)
  }
}

/** Bytes in all files below the folder. Files that disappear meanwhile count as nothing. */
async function sizeOf(folder: string): Promise<number> {
  const files = await listFiles(folder)
  const sizes = await Promise.all(
    files.map(
      async (file) =>
        await stat(file).then(
          ({ size }) => size,
          () => 0,
        ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
