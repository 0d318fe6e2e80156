import * as z from 'zod'
import type { VariantView } from '../../../api/variant.ts'
import { donePagesIn } from '../../../shared/done-pages.ts'
import { isActive } from '../../../shared/lifecycle.ts'
import { parseJson } from '../../../shared/parse-json.ts'
import { addressOf, type LocalClient } from '../api-client.ts'

/** The part of `plan_json` that names pages. */
const Titles = z.object({
  navigation: z.array(z.object({ pages: z.array(z.object({ slug: z.string(), title: z.string() })) })),
})

/**
 * Tells which pages of a generation are done, by their titles, each once and in the order in which they were finished. The API counts
 * pages; which ones they are stands in the log, which is stored every few seconds.
 */
export function finishedPages(api: LocalClient): (variant: VariantView) => Promise<string[]> {
  const shown = new Set<string>()
  let plan = ''
  let readAt = Number.NEGATIVE_INFINITY
  return async (variant) => {
    plan = variant.plan_json ?? plan
    if (shown.size >= variant.page_count) return []
    if (isActive(variant) && performance.now() - readAt < BETWEEN_MS) return []
    readAt = performance.now()
    const titles = titlesIn(plan)
    const log = await readLog(api, variant)
    const fresh = donePagesIn(log).filter((slug) => !shown.has(slug))
    for (const slug of fresh) shown.add(slug)
    return fresh.map((slug) => titles.get(slug) ?? slug)
  }
}

const BETWEEN_MS = 2_000

function titlesIn(planJson: string): Map<string, string> {
  const { data } = Titles.safeParse(parseJson(planJson))
  return new Map(data?.navigation.flatMap(({ pages }) => pages.map(({ slug, title }) => [slug, title] as const)))
}

async function readLog(api: LocalClient, variant: VariantView): Promise<string> {
  const response = await api.file(`/api/projects/${addressOf(variant)}/log`)
  return response.ok ? await response.text() : ''
}
