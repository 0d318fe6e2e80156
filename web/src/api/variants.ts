import type { VariantView } from '../../../api/variant.ts'

export type { VariantView } from '../../../api/variant.ts'

/** What identifies a variant to the API and in the page's address. */
export type VariantAddress = Pick<VariantView, 'owner' | 'name' | 'branch' | 'ai_provider' | 'ai_model'>

/** The arguments of calls about a variant. */
export const inputOf = ({ owner, name, branch, ai_provider: provider, ai_model: model }: VariantAddress) => ({
  params: { name, branch, provider, model },
  query: { owner },
})

/** A variant as a key: no part can contain a NUL. */
export const keyOf = ({ owner, name, branch, ai_provider, ai_model }: VariantAddress): string =>
  [owner, name, branch, ai_provider, ai_model].join('\0')

/** A variant in words. */
export const titleOf = ({ name, branch, ai_provider, ai_model }: VariantAddress): string =>
  `${name}, ${branch}, ${ai_provider} ${ai_model}`

/** Whether readers have a site to open. */
export const isPublished = ({ last_generated }: VariantView): boolean => last_generated !== null

const isActiveByStatus: Record<VariantView['status'], boolean> = {
  generating: true,
  ready: false,
  error: false,
  aborted: false,
}

/** Whether a generation waits or runs. */
export const isActive = ({ status }: VariantView): boolean => isActiveByStatus[status]

export interface PlannedPage {
  slug: string
  title: string
}

/** The plan's pages in reading order; none without a plan. */
export function plannedPages({ plan_json }: VariantView): PlannedPage[] {
  if (!plan_json) return []
  const { navigation } = JSON.parse(plan_json) as { navigation: { pages: PlannedPage[] }[] }
  return navigation.flatMap(({ pages }) => pages)
}
