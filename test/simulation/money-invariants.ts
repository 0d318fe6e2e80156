import { microsOf } from '../../shared/money.ts'
import type { Written } from './dynamodb-double.ts'
import type { Item } from './expressions.ts'

const micros = (usd: unknown): number => microsOf(Number(usd ?? 0))

/** The attributes of a total that are not marks of generations. */
const AMOUNTS = ['pk', 'sk', 'microUsd', 'closings']

/** Invariants of the costs, derived from every write of a record. */
export class MoneyInvariants {
  readonly #fail: (message: string) => never
  /** The last recorded cost of each generation, in millionths of a dollar. */
  readonly #cost = new Map<string, number>()
  readonly #owners = new Map<string, string>()
  /** The generations of each variant, from its creation to its deletion. */
  readonly #generations = new Map<string, Set<string>>()

  constructor(fail: (message: string) => never) {
    this.#fail = fail
  }

  /** @param knownUsd - the cost that the writing runner knows of, including earlier attempts */
  recordWritten(before: Item | undefined, after: Item, knownUsd: unknown): void {
    const generationId = String(after.generationId)
    const cost = micros(after.costUsd)
    const known = this.#cost.get(generationId) ?? 0
    if (cost < known) this.#fail(`The cost of ${generationId} fell from ${known} to ${cost}`)
    if (before?.status === 'generating' && after.status !== 'generating' && cost < micros(knownUsd))
      this.#fail(`The runner that ended ${generationId} knew of ${knownUsd} USD but wrote ${after.costUsd}`)
    this.#cost.set(generationId, cost)
    this.#owners.set(generationId, String(after.owner))
    const variant = `${after.key}/${after.createdAt}`
    const generations = this.#generations.get(variant) ?? new Set()
    this.#generations.set(variant, generations.add(generationId))
    const spent = this.#sum([...generations])
    if (micros(after.spentUsd) + cost !== spent) this.#fail(`A variant has spent ${spent}, but its record differs`)
    this.#siteCost(after)
  }

  #siteCost({ published, publishedCostUsd, generationId }: Item): void {
    const site = published as { generationId: string } | undefined
    if (!site || site.generationId === generationId) return
    if (micros(publishedCostUsd) !== this.#cost.get(site.generationId))
      this.#fail('The cost of a published site was lost')
  }

  #sum = (generations: string[]): number => generations.reduce((sum, id) => sum + (this.#cost.get(id) ?? 0), 0)

  totalWritten({ before, after }: Written): void {
    if (!after) this.#fail('A total was deleted')
    const [old, sum] = [Number(before?.microUsd ?? 0), Number(after.microUsd)]
    if (sum < old) this.#fail(`${after.pk} fell from ${old} to ${sum}`)
    const [, whose = ''] = String(after.pk).split(/#(.*)/)
    const counted = whose.startsWith('#') ? [...this.#cost.keys()] : this.#of(whose)
    if (sum > this.#sum(counted)) this.#fail(`${after.pk} is ${sum}, more than was spent`)
  }

  #of = (owner: string): string[] => [...this.#owners].flatMap(([id, whose]) => (whose === owner ? [id] : []))

  /** When everything has settled, every generation is counted exactly once, including deleted ones. */
  settled(items: Item[]): void {
    const sums = items.filter(({ pk }) => String(pk).startsWith('SPENDING#'))
    for (const sum of sums) {
      const marks = Object.keys(sum).filter((name) => !AMOUNTS.includes(name))
      if (marks.length > 0) this.#fail(`${sum.pk} still marks ${marks.join(', ')}`)
    }
    const amount = (of: (whose: string) => boolean) =>
      sums.reduce((all, { pk, microUsd }) => all + (of(String(pk).slice('SPENDING#'.length)) ? Number(microUsd) : 0), 0)
    for (const owner of new Set(this.#owners.values())) {
      const [booked, spent] = [amount((whose) => whose === owner), this.#sum(this.#of(owner))]
      if (booked !== spent) this.#fail(`${owner} has spent ${spent}, but the total is ${booked}`)
    }
    const [booked, spent] = [amount((whose) => whose.startsWith('#')), this.#sum([...this.#cost.keys()])]
    if (booked !== spent) this.#fail(`All owners have spent ${spent}, but the overall total is ${booked}`)
    for (const { pk, costUsd } of items.filter(({ pk }) => String(pk).startsWith('COST#')))
      if (micros(costUsd) !== this.#cost.get(String(pk).slice('COST#'.length))) this.#fail(`${pk} has the wrong amount`)
  }
}
