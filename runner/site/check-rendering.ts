import { openLimitedThread, type ThreadLimits } from './limited-thread.ts'
import type { PageFacts } from './page-facts.ts'

/** An ordinary page takes less than a second to render. */
const LIMITS: ThreadLimits = { cpuMs: 30_000, mib: 512 }

/** What is in a page of a site, and the links in it that lead to no page of the site and to no heading of its own. */
export type RenderedFacts = PageFacts & { deadLinks: string[] }

/** Renders pages one after another, apart from everything else. */
export interface RenderingCheck {
  /**
   * What is in the page; undefined if it takes too long or too much memory to render.
   *
   * @param slugs - the pages of its site
   */
  factsOf(markdown: string, slugs: readonly string[]): Promise<RenderedFacts | undefined>
}

/** Opens a thread of its own for pages that nobody has rendered yet: a hostile page can keep its renderer busy for hours. */
export function openRenderingCheck(limits: ThreadLimits = LIMITS): RenderingCheck {
  const thread = openLimitedThread<{ markdown: string; slugs: readonly string[] }, RenderedFacts>(
    new URL('rendering-thread.ts', import.meta.url),
    limits,
  )
  return { factsOf: async (markdown, slugs) => await thread.ask({ markdown, slugs }) }
}
