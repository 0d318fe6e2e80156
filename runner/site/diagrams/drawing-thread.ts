import { parentPort } from 'node:worker_threads'
import { type Diagram, drawDiagram } from './draw-diagram.ts'

/** Runs in a thread of its own: answers each mermaid text with its drawing, or with null. */
parentPort?.on('message', (source: string) => parentPort?.postMessage(drawnOrNull(source)))

/** Whatever is wrong with a drawing, the site does without it. */
function drawnOrNull(source: string): Diagram | null {
  try {
    return drawDiagram(source) ?? null
  } catch {
    return null
  }
}
