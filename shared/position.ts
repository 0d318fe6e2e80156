import type { GenerationRecord } from './generation.ts'

/** A variant's place in lists, which have the newest change first; the key breaks ties. */
export type Position = Pick<GenerationRecord, 'updatedAt' | 'key'>

/** A position as one text. Positions are in the order of these texts, last one first. */
export const textOfPosition = ({ updatedAt, key }: Position): string => `${updatedAt}#${key}`

/** The position at the end of a text. */
export function positionOf(text: string): Position {
  const [updatedAt = '', key = ''] = text.split('#').slice(-2)
  return { updatedAt, key }
}

/** Comparator that sorts the newest change first. */
export function byNewest(a: Position, b: Position): number {
  const [left, right] = [textOfPosition(a), textOfPosition(b)]
  return left === right ? 0 : left > right ? -1 : 1
}
