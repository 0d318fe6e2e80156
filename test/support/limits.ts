/** Multiplies every limit. `TEST_PATIENCE=4` suits a machine that is busy with four times as much. */
export const patience = Number(process.env.TEST_PATIENCE || 1)
if (!(patience > 0)) throw new Error(`TEST_PATIENCE is '${process.env.TEST_PATIENCE}': give a number above 0`)

/**
 * How long tests wait, in milliseconds. A limit only catches what would never come, so each is many times what its wait takes; and a
 * wait's own limit, which says what it waited for, lies well below that of the test or hook around it.
 */
export const limits = {
  /** A line of output, a call, a state of one record, the end of a process. */
  wait: 90_000 * patience,
  /** A generation's end, whatever it meets on the way: that a runner is dead takes a minute to notice. */
  generation: 400_000 * patience,
  /** The response to one request. */
  request: 60_000 * patience,
  /** Milliseconds of work that would be half a minute of it, or hours, if its time grew with the square of its input. */
  quickWork: 15_000 * patience,
  test: 600_000 * patience,
  hook: 300_000 * patience,
  teardown: 20_000 * patience,
}
