import { docAbove, topDoc } from './doc-comments.ts'
import { firstLine, lastLine, type Node, namedMatches, type Tree } from './grammar.ts'
import type { CodeSymbol, Import, Outline, SymbolKind } from './outline.ts'

export interface Queries {
  /**
   * What a file declares. Each match captures the declaration by its kind (`@class`, `@function`, …) and its `@name`; where there are
   * any, its `@body` and the `@owner` of a method outside its type. `@access` marks what follows as private or public, `@skip` leaves
   * out everything inside, and `@open` is a scope that is no symbol itself.
   */
  symbols: string
  /** What a file imports: `@from`. `@package` is the package or namespace that the file belongs to. */
  imports: string
  /** Whether users of the code can reach a declaration. */
  isPublic(declaration: Declaration): boolean
  /** Whether a comment documents what follows. Default: all do. */
  isDoc?(comment: string): boolean
}

/** A declaration, as far as its visibility depends on it. */
export interface Declaration {
  name: string
  /** Its text up to the body. */
  head: string
  /** The last access mark before it in the same body, such as `private`. */
  access: string | undefined
  /** The type around it; undefined at the top. */
  owner: { kind: SymbolKind; head: string } | undefined
}

/** An outline by queries alone. */
export const outlineWith =
  ({ symbols, imports, isPublic, isDoc = () => true }: Queries) =>
  (tree: Tree): Outline => {
    const matches = namedMatches(tree, symbols)
    const marks = matches.flatMap(({ access }) => access ?? [])
    const found = withoutRepeats(matches.flatMap((match) => declaration(match, isDoc)))
    const scopes = [...found, ...matches.flatMap(({ skip }) => (skip ? [{ node: skip, kind: 'skip' as const }] : []))]
    const top: CodeSymbol[] = []
    for (const each of found) {
      const around = scopes.findLast(({ node }) => node !== each.node && contains(node, each.node))
      const isInside = around !== undefined && (isType(around.kind) || isCallable(each.kind))
      const owner = found.find((other) => (isInside ? other === around : each.owner === other.symbol.name))
      if (around ? !isType(around.kind) && !isScope(around.kind) : isLocal(each.node)) continue
      const access = marks.findLast((mark) => isBefore(mark, each.node))?.text.replace(':', '')
      const { symbol, head } = each
      const context = owner && isInside ? { kind: owner.kind, head: owner.head } : undefined
      symbol.isPublic = isPublic({ name: symbol.name, head, access, owner: context })
      if (!owner) top.push(each.owner ? { ...symbol, name: `${each.owner}.${symbol.name}` } : symbol)
      else if (symbol.isPublic) owner.symbol.members.push(asMember(symbol))
      else each.kind = 'function'
    }
    return {
      doc: topDoc(tree.rootNode, isDoc),
      symbols: withoutOverloads(top),
      ...importsOf(tree, imports),
      listed: undefined,
    }
  }

interface Found {
  node: Node
  kind: SymbolKind
  head: string
  owner: string | undefined
  symbol: CodeSymbol
}

const kinds = new Set<string>(
  'function class struct interface trait enum type record constant namespace module macro method property'.split(' '),
)

function declaration(match: Record<string, Node>, isDoc: (comment: string) => boolean): Found[] {
  const [kind, node] = Object.entries(match).find(([name]) => kinds.has(name)) ?? []
  const { name, body, owner } = match
  if (!kind || !node || !name) return []
  const outer = outermost(node)
  const comment = docAbove(outer, isDoc)
  const head = outer.text.slice(0, (body?.startIndex ?? outer.endIndex) - outer.startIndex)
  const symbol: CodeSymbol = {
    name: name.text.replaceAll(/\s+/g, ''),
    kind: kind as SymbolKind,
    isPublic: false,
    docStart: comment?.start ?? firstLine(outer),
    start: firstLine(outer),
    headEnd: body ? firstLine(outer) + head.trimEnd().split('\n').length - 1 : lastLine(outer),
    end: lastLine(outer),
    doc: comment?.text ?? '',
    members: [],
  }
  return [{ node: outer, kind: symbol.kind, head, owner: owner?.text.replace(/[<[].*/s, ''), symbol }]
}

/** A declaration with what is written before it, such as a template's parameters. */
function outermost(node: Node): Node {
  const { parent } = node
  return parent && /^(template_declaration|type_declaration)$/.test(parent.type) && parent.namedChildCount < 3
    ? outermost(parent)
    : node
}

/** Several patterns may match one declaration: the one that says most counts. */
const withoutRepeats = (found: Found[]) => {
  const isVague = ({ kind, owner }: Found) => (kind === 'type' || (kind === 'function' && !owner) ? 0 : 1)
  const best = found.toSorted((a, b) => isVague(a) - isVague(b))
  return [...new Map(best.map((each) => [`${each.node.startIndex} ${each.symbol.name}`, each])).values()].sort(
    (a, b) => a.node.startIndex - b.node.startIndex || b.node.endIndex - a.node.endIndex,
  )
}

const contains = (outer: Node, inner: Node) =>
  outer.startIndex <= inner.startIndex &&
  inner.endIndex <= outer.endIndex &&
  outer.endIndex - outer.startIndex > inner.endIndex - inner.startIndex

const isType = (kind: string) => /^(class|struct|interface|trait|enum|record|type)$/.test(kind)

/** Only its functions are its members. */
const isScope = (kind: string) => kind === 'module' || kind === 'namespace'

const isCallable = (kind: string) => kind === 'function' || kind === 'method'

const isBefore = (mark: Node, node: Node) => mark.startIndex < node.startIndex && mark.parent?.id === node.parent?.id

/** Whether it stands inside a function without a name. */
function isLocal(node: Node): boolean {
  for (let above = node.parent; above; above = above.parent)
    if (/lambda|closure|compound_statement|^(do_)?block$|^argument_list$/.test(above.type)) return true
  return false
}

const asMember = (symbol: CodeSymbol): CodeSymbol => ({
  ...symbol,
  kind: { function: 'method' as const, constant: 'property' as const }[symbol.kind as string] ?? symbol.kind,
})

/** One entry per name: overloads add nothing to a list. */
export function withoutOverloads(symbols: CodeSymbol[]): CodeSymbol[] {
  const best = new Map<string, CodeSymbol>()
  for (const symbol of symbols) {
    symbol.members = symbol.members.length > 0 ? withoutOverloads(symbol.members) : []
    const former = best.get(symbol.name)
    if (!former || (!former.doc && symbol.doc)) best.set(symbol.name, symbol)
  }
  return [...best.values()]
}

function importsOf(tree: Tree, query: string): { imports: Import[]; package: string | undefined } {
  const found = namedMatches(tree, query)
  const from = found.flatMap(({ from }) => from ?? [])
  return {
    imports: from.map((node) => ({
      from: node.text.replace(/^["'<]|[>"']$/g, ''),
      line: firstLine(node),
      names: [],
      isExport: false,
    })),
    package: found.find((match) => match.package)?.package?.text,
  }
}
