import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What takes longest, the longest first: most of it waits for a while that has to pass. Started last, one of them would run alone when
 * everything else has ended. Any other order is as right, and none of them needs to be complete.
 */
const LONGEST = [
  'test/simulation/simulation',
  'test/system/signals',
  'test/system/restarts',
  'test/system/faults',
  'test/system/readers',
  'test/system/answers',
  'test/system/ends',
  'test/integration/stalls',
  'test/system/full-disk',
  'test/system/failures',
  'test/browser/xss',
  'test/browser/dashboard',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((name) => moduleId.includes(`/${name}.`))
  return rank < 0 ? LONGEST.length : rank
}
