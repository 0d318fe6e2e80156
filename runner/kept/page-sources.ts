import type { Page, PageSource } from '../../shared/page.ts'
import { idIn, type Tree } from './tree.ts'

/** What a page was made from: every place that it cites or that its writer was told to read, each path once. */
export function sourcesOf({ citations, files = [] }: Pick<Page, 'citations' | 'files'>, tree: Tree): PageSource[] {
  const paths = new Set([...citations.map(({ path }) => path), ...files])
  return [...paths].sort().map((path) => ({ path, id: idIn(tree, path) }))
}
