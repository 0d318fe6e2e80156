import { expect, test } from 'vitest'
import { checkCitations } from '../../../../runner/review/check-citations.ts'
import { openFiles } from '../../../../runner/review/clone-files.ts'
import { indexCode } from '../../../../runner/review/code-index.ts'
import { citationsIn } from '../../../../runner/site/citations.ts'
import {
  errorKinds,
  type Library,
  type PlantedCitation,
  readLibrary,
  trueKinds,
} from '../../../support/planted-citations.ts'
import { Seeded } from '../../../support/seeded.ts'
import { root } from '../../../support/service-process.ts'

const COUNT = 250

const libraries = [
  readLibrary(`${root}node_modules/execa`, 'lib/**/*.js'),
  readLibrary(`${root}node_modules/zod/src`, 'v4/{core,classic}/*.ts'),
]

interface Judged extends PlantedCitation {
  isWrong: boolean
  /** Where the checker would move it. */
  place: string | undefined
}

test('of 250 planted errors and 250 true citations of real code, the checker tells nearly all apart', async () => {
  const errors = await judge(plant(errorKinds, 1))
  const right = await judge(plant(trueKinds, 2))
  const found = errors.filter(({ isWrong }) => isWrong).length
  const falseAlarms = right.filter(({ isWrong }) => isWrong)
  const recall = found / errors.length
  const precision = found / (found + falseAlarms.length)
  const mendable = errors.filter(({ truth }) => truth)
  const moved = mendable.filter(({ place }) => place !== undefined)
  const rightly = moved.filter(({ place, truth }) => place === `${truth?.path} ${truth?.startLine}`)
  console.log(
    [
      ...rowsOf('error', errors),
      ...rowsOf('true', right),
      `recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)}`,
      `of ${mendable.length} errors whose true place is known, ${rightly.length} are moved there and ${moved.length - rightly.length} elsewhere`,
    ].join('\n'),
  )
  for (const { markdown } of falseAlarms) console.log(`false alarm: ${markdown}`)
  for (const { markdown } of errors.filter(({ isWrong }) => !isWrong)) console.log(`missed: ${markdown}`)
  expect(errors).toHaveLength(COUNT)
  expect(right).toHaveLength(COUNT)
  expect(recall).toBeGreaterThanOrEqual(0.98)
  expect(precision).toBeGreaterThanOrEqual(0.98)
  expect(moved.length - rightly.length).toBeLessThanOrEqual(0.02 * COUNT)
})

/** The same citations each time: every kind equally often, from each library in turn. */
function plant(kinds: typeof trueKinds, seed: number): { library: Library; planted: PlantedCitation }[] {
  const random = new Seeded(seed)
  const makers = Object.values(kinds)
  return Array.from({ length: COUNT }, (_, index) => {
    const library = libraries[index % libraries.length]
    const make = makers[Math.floor(index / libraries.length) % makers.length]
    if (!library || !make) throw new Error('There is nothing to plant')
    for (;;) {
      const planted = make(library, random)
      if (planted) return { library, planted }
    }
  })
}

async function judge(planted: ReturnType<typeof plant>): Promise<Judged[]> {
  const judged: Judged[] = []
  for (const library of libraries) {
    const against = { files: openFiles(library.folder), code: await indexCode(library.folder) }
    for (const one of planted.filter((each) => each.library === library)) {
      const cited = citationsIn(one.planted.markdown)
      const [verdict] = await checkCitations(cited, against)
      if (cited.length !== 1 || !verdict) throw new Error(`This is not one citation: ${one.planted.markdown}`)
      const { fault, place } = verdict
      judged.push({ ...one.planted, isWrong: fault !== undefined, place: place && `${place.path} ${place.startLine}` })
    }
  }
  return judged
}

const rowsOf = (what: string, judged: readonly Judged[]): string[] =>
  [...Map.groupBy(judged, ({ kind }) => kind)].map(
    ([kind, ofKind]) =>
      `${what}: ${kind}: ${ofKind.length}, judged wrong: ${ofKind.filter(({ isWrong }) => isWrong).length}`,
  )
