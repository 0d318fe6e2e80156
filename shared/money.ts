/** Millionths of a US dollar, as an integer: sums of floats would show as 0.30000000000000004. */
export const microsOf = (usd: number): number => Math.round(usd * 1_000_000)

/** US dollars from millionths. */
export const usdOf = (micros: number): number => micros / 1_000_000

/** The exact sum of amounts in US dollars. */
export const addUsd = (...amounts: number[]): number =>
  usdOf(amounts.reduce((micros, usd) => micros + microsOf(usd), 0))
