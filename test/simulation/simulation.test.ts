import { expect, test } from 'vitest'
import { formatMatrix, missing } from './matrix.ts'
import { playMany } from './play-many.ts'

const { SEED, HISTORIES = '2200', FIRST_SEED } = process.env

test.runIf(SEED === undefined)(
  'no work is lost and none continues by mistake, whatever crashes, repeats, or arrives late or out of order',
  async () => {
    const first = Number(FIRST_SEED ?? 1)
    const { cells, failures } = await playMany(first, Number(HISTORIES))
    console.log(`${HISTORIES} histories, from seed ${first}\n${formatMatrix(cells)}`)
    expect(failures.map(({ seed, message }) => `SEED=${seed}: ${message}`)).toEqual([])
    expect(missing(cells)).toEqual([])
  },
  1_800_000,
)

test.runIf(SEED !== undefined)(`the history of seed ${SEED}`, async () => {
  const { playHistory } = await import('./history.ts')
  const failure = await playHistory(Number(SEED), () => {}, { trace: (line) => console.log(line) })
  expect(failure?.message).toBeUndefined()
})
