import { parentPort } from 'node:worker_threads'
import { type CleanSvg, cleanSvg } from './clean-svg.ts'

/** Runs in a thread of its own: answers each SVG picture with a harmless one, or with null. */
parentPort?.on('message', (text: string) => parentPort?.postMessage(cleanOrNull(text)))

/** Whatever is wrong with a picture, the site does without it. */
function cleanOrNull(text: string): CleanSvg | null {
  try {
    return cleanSvg(text) ?? null
  } catch {
    return null
  }
}
