import { nameWithoutExtension } from '../clone/code-files.ts'
import type { TextFile } from '../clone/repository.ts'
import type { SymbolKind } from '../syntax/outline.ts'
import { type Located, maxExcerpts } from './symbols.ts'

const weights: Partial<Record<SymbolKind, number>> = {
  ...{ class: 3, struct: 3, trait: 3, record: 2, function: 2, module: 2, method: 2 },
  ...{ interface: 2, type: 1, enum: 1, namespace: 1, macro: 0 },
}

/**
 * Chooses the most telling symbols, best first: documented, named like their file, and often used according to `uses`. No single
 * file fills the list.
 */
export function chooseSymbols(symbols: Located[], uses: (name: string) => number): Located[] {
  const files = new Set(symbols.map(({ file }) => file)).size
  const perFile = Math.max(4, Math.ceil(maxExcerpts / Math.max(1, files)))
  const taken = new Map<TextFile, number>()
  const score = ({ symbol, file }: Located) =>
    (symbol.doc ? 4 : 0) +
    (weights[symbol.kind] ?? 0) +
    Math.min(3, symbol.members.length / 4) +
    Math.min(6, Math.log2(1 + uses(symbol.name))) +
    (isNamesake(symbol.name, file.path) ? 2 : 0) -
    (isError(symbol.name, file.path) ? 3 : 0)
  const spread = symbols
    .toSorted((a, b) => score(b) - score(a))
    .filter(({ file }) => {
      taken.set(file, (taken.get(file) ?? 0) + 1)
      return (taken.get(file) ?? 0) <= perFile
    })
  return spread.slice(0, maxExcerpts)
}

const isError = (name: string, path: string) =>
  /(Error|Exception|Warning)$|^main$/.test(name) || /(^|\/)_?(exceptions?|errors?)\.\w+$/.test(path)

const letters = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
/** Whether a file is named after the symbol, ignoring case and punctuation. */
export const isNamesake = (name: string, path: string) => letters(name) === letters(nameWithoutExtension(path))
