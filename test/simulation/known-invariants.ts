import type { Item } from './expressions.ts'

/** When everything has settled, the known models and branches are those of the records, per owner and overall. */
export function checkKnown(items: readonly Item[], fail: (message: string) => never): void {
  const ready = items.filter(({ sk, published }) => sk === 'RECORD' && (published as { complete?: boolean })?.complete)
  const expected = ready.flatMap(({ owner, provider, model, name, branch }) =>
    [String(owner), '#everybody'].flatMap((whose) => [
      `${whose}: model ${provider} ${model}`,
      `${whose}: branch ${name} ${branch}`,
    ]),
  )
  const known = ofKind(items, 'KNOWN#').map(({ pk, kind, group, value }) => `${whoseOf(pk)}: ${kind} ${group} ${value}`)
  const [counted, listed] = [[...new Set(expected)].toSorted(), known.toSorted()]
  if (counted.join() !== listed.join()) fail(`Known are [${listed.join(', ')}] instead of [${counted.join(', ')}]`)
  const values = new Set(ofKind(items, 'KNOWN#').map(({ pk, sk }) => `${whoseOf(pk)}#${sk}`))
  for (const { pk } of ofKind(items, 'KNOWN-FROM#')) if (!values.has(whoseOf(pk))) fail(`${pk} is a source of nothing`)
}

const ofKind = (items: readonly Item[], prefix: string): Item[] =>
  items.filter(({ pk }) => String(pk).startsWith(prefix))

/** What follows the first `#`. */
const whoseOf = (pk: unknown): string => String(pk).replace(/^[^#]*#/, '')
