import type { VariantView } from '../../api/variants.ts'

export interface Filter {
  text: string
  status: string
  owner: string
  sort: string
}

/** The ways to sort, by their names in the address. */
export const sorts = {
  changed: 'Newest change first',
  name: 'Name',
  cost: 'Highest cost first',
} as const

/** Reads the filter from the page's address. */
export const filterIn = (address: URLSearchParams): Filter => ({
  text: address.get('q') ?? '',
  status: address.get('status') ?? '',
  owner: address.get('owner') ?? '',
  sort: address.get('sort') ?? 'changed',
})

/** The variants that a filter leaves, in its order. All words must occur. */
export function applyFilter(variants: readonly VariantView[], { text, status, owner, sort }: Filter): VariantView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const left = variants.filter(
    (variant) =>
      (status === '' || variant.status === status) &&
      (owner === '' || variant.owner === owner) &&
      words.every((word) => textOf(variant).includes(word)),
  )
  return left.sort(comparisons[sort] ?? byChange)
}

const textOf = ({ name, branch, ai_provider, ai_model, owner, repo_url }: VariantView): string =>
  [name, branch, ai_provider, ai_model, owner, repo_url].join(' ').toLowerCase()

type Comparison = (one: VariantView, other: VariantView) => number

const byChange: Comparison = (one, other) =>
  Number(one.updated_at < other.updated_at) - Number(one.updated_at > other.updated_at)

const { compare } = new Intl.Collator(undefined, { numeric: true })

const comparisons: Record<string, Comparison> = {
  changed: byChange,
  name: (one, other) => compare(one.name, other.name) || compare(one.branch, other.branch) || byChange(one, other),
  cost: (one, other) => other.spent_usd - one.spent_usd || byChange(one, other),
}
