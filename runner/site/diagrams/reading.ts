/**
 * A diagram as the drawing library reads it without leaving anything out. The library skips what it doesn't know, and a drawing that
 * lacks an arrow is worse than no drawing.
 */
export interface Reading {
  /** What it is called in the text alternative. */
  kind: string
  /** Mermaid, written for the library: one statement a line, names of our own, labels {@link shield shielded}. */
  text: string
  /** What the drawing is about, for its text alternative: the labels of its nodes, in order. */
  names: readonly string[]
  /** All text that must be in the drawing. */
  labels: readonly string[]
  /** How many arrows and lines between its nodes it must have. */
  connections: number
}

/** Thrown for anything that can't be drawn without loss. */
export class NotDrawable extends Error {}

/** Larger diagrams can't be read anyway. */
export const MOST_NODES = 120
export const MOST_CONNECTIONS = 200

/** @throws NotDrawable for more nodes or connections than a drawing may have */
export function limitSize(nodes: number, connections: number): void {
  if (nodes > MOST_NODES || connections > MOST_CONNECTIONS)
    throw new NotDrawable(`${nodes} nodes and ${connections} connections are too many`)
}
