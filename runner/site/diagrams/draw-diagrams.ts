import { openLimitedThread, type ThreadLimits } from '../limited-thread.ts'
import type { Diagram } from './draw-diagram.ts'

/** An ordinary diagram takes a tenth of a second to draw; the library itself takes half a second to load. */
const LIMITS: ThreadLimits = { cpuMs: 20_000, mib: 256 }

/** Processor time for all diagrams of a site. */
const MOST_CPU_MS = 120_000

/** Draws the diagrams of a site, each of which occurs once. */
export type DrawDiagrams = (sources: ReadonlySet<string>) => Promise<ReadonlyMap<string, Diagram>>

/**
 * Draws mermaid texts in a thread of its own. Those that can't be drawn with all they say, or take too long or too much memory, are not in the answer.
 */
export async function drawDiagrams(
  sources: ReadonlySet<string>,
  limits: ThreadLimits & { allMs?: number } = LIMITS,
): Promise<ReadonlyMap<string, Diagram>> {
  const drawn = new Map<string, Diagram>()
  const thread = openLimitedThread<string, Diagram | null>(new URL('drawing-thread.ts', import.meta.url), limits)
  try {
    for (const source of sources) {
      const left = (limits.allMs ?? MOST_CPU_MS) - thread.usedCpuMs()
      if (left <= 0) break
      const diagram = await thread.ask(source, Math.min(limits.cpuMs, left))
      if (diagram) drawn.set(source, diagram)
    }
  } finally {
    await thread.close()
  }
  return drawn
}
