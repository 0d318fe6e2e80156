/** How long two ways of doing the same took, in milliseconds. */
export interface Comparison {
  ours: number
  floor: number
}

/**
 * Medians over many rounds, in each of which both take their turn: whatever else the machine does meanwhile slows both alike.
 * The first rounds only warm up.
 */
export async function compare(
  ours: () => Promise<unknown>,
  floor: () => Promise<unknown>,
  rounds: number,
): Promise<Comparison> {
  const times: Comparison[] = []
  for (let round = 0; round < rounds * 1.2; round++)
    times.push({ ours: await timeOf(ours), floor: await timeOf(floor) })
  const measured = times.slice(-rounds)
  return { ours: median(measured.map(({ ours }) => ours)), floor: median(measured.map(({ floor }) => floor)) }
}

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await run()
  return performance.now() - started
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
