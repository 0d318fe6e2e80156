import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, jsonOf } from './client.ts'
import { logPath } from './paths.ts'
import { inputOf, isActive, keyOf, type VariantAddress, type VariantView } from './variants.ts'

const SECOND = 1_000
const WATCHING = 2 * SECOND
const IDLE = 15 * SECOND
const SLOWEST = 60 * SECOND

interface AnyQuery {
  state: { error: unknown; errorUpdatedAt: number; dataUpdatedAt: number }
}

/** While requests fail, waits as long again as they have been failing, up to a minute. */
const backedOff = ({ state }: AnyQuery, interval: number): number =>
  state.error ? Math.min(SLOWEST, Math.max(interval, state.errorUpdatedAt - state.dataUpdatedAt)) : interval

/** The caller. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => await jsonOf(api('GET /api/auth/me'), 200),
  staleTime: Number.POSITIVE_INFINITY,
})

/** The providers and models that the operator suggests. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async () => await jsonOf(api('GET /api/models'), 200),
  staleTime: 5 * 60 * SECOND,
})

/**
 * All variants that the caller may read. The browser revalidates each page with its ETag. Changes are looked for often while
 * something generates, rarely otherwise, and not at all while the tab is hidden.
 */
export const variantsQuery = queryOptions({
  queryKey: ['variants'],
  queryFn: listVariants,
  refetchInterval: (query) => backedOff(query, query.state.data?.variants.some(isActive) ? WATCHING : IDLE),
})

const PAGE = 1_000

async function listVariants() {
  const variants = new Map<string, VariantView>()
  let cursor: string | undefined
  let totalCostUsd = 0
  do {
    const page = await jsonOf(api('GET /api/status', { query: { limit: PAGE, ...(cursor ? { cursor } : {}) } }), 200)
    if (!cursor) totalCostUsd = page.total_cost_usd
    // What changes while the pages are read comes in the first one again.
    for (const variant of page.projects) if (!variants.has(keyOf(variant))) variants.set(keyOf(variant), variant)
    cursor = page.next_cursor
  } while (cursor)
  return { variants: [...variants.values()], totalCostUsd }
}

/** One variant, with its plan. */
export const variantQuery = (address: VariantAddress) =>
  queryOptions({
    queryKey: ['variant', keyOf(address)],
    queryFn: async () =>
      await jsonOf(api('GET /api/projects/{name}/{branch}/{provider}/{model}', inputOf(address)), 200),
    refetchInterval: (query) => (query.state.data && !isActive(query.state.data) ? false : backedOff(query, WATCHING)),
  })

/** The log of a variant's last generation. It is followed while the generation is active, and read once more at its end. */
export const logQuery = (variant: VariantView) =>
  queryOptions({
    queryKey: ['log', keyOf(variant), variant.generation_id, variant.status],
    placeholderData: keepPreviousData,
    queryFn: async () => await logOf(variant),
    refetchInterval: (query) => (isActive(variant) ? backedOff(query, 5 * SECOND) : false),
  })

/** Plain text, which the typed client does not read. */
async function logOf(variant: VariantView): Promise<string> {
  const response = await fetch(logPath(variant))
  return response.ok ? await response.text() : ''
}

/** The users; admins only. */
export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async () => await jsonOf(api('GET /api/admin/users'), 200),
})

/** What runs and what waits; admins only. */
export const queueQuery = queryOptions({
  queryKey: ['queue'],
  queryFn: async () => await jsonOf(api('GET /api/admin/queue', { query: { limit: 500 } }), 200),
  refetchInterval: (query) => backedOff(query, 5 * SECOND),
})

/** The users with access to a project; admins only. */
export const accessQuery = (name: string, owner: string) =>
  queryOptions({
    queryKey: ['access', name, owner],
    queryFn: async () =>
      await jsonOf(api('GET /api/admin/projects/{name}/access', { params: { name }, query: { owner } }), 200),
  })
