import { type FlowEdge, type FlowNode, type FlowStatement, RECTANGLE, readStatements } from './flow-statement.ts'
import { readLabel, shield, wrap } from './labels.ts'
import { limitSize, NotDrawable, type Reading } from './reading.ts'

/** Characters of a line in a node, and beside an arrow. */
const NODE_LINE = 32
const EDGE_LINE = 24

const HEADER = /^(?:flowchart|graph)(?: (TB|TD|LR|RL|BT))?;?$/

export const isFlowchart = (header: string): boolean => HEADER.test(header)

/**
 * Reads a flowchart. A node may get its label after it is first named, and belongs to the first subgraph that names it.
 *
 * @throws NotDrawable for what the drawing would lack
 */
export function readFlowchart([header = '', ...lines]: readonly string[]): Reading {
  const chart = new Flowchart()
  for (const line of lines) chart.read(line)
  return chart.write(HEADER.exec(header)?.[1] ?? 'TD')
}

interface Subgraph {
  id: string
  label: string
  direction?: string
  nodes: string[]
  subgraphs: Subgraph[]
}

class Flowchart {
  readonly #nodes = new Map<string, FlowNode>()
  readonly #edges: FlowEdge[] = []
  readonly #all = new Map<string, Subgraph>()
  readonly #outermost: Subgraph[] = []
  readonly #open: Subgraph[] = []
  /** The subgraph of each node that is in one. */
  readonly #home = new Map<string, Subgraph>()

  read(line: string): void {
    const [word = ''] = /^\w+(?=[ ;]|$)/.exec(line) ?? []
    if (word === 'subgraph') this.#begin(line.slice(word.length).trim())
    else if (word === 'end' && /^end;?$/.test(line)) this.#end()
    else if (word === 'direction' && this.#direct(line)) return
    else if (!STYLE.has(word)) this.#add(readStatements(line))
  }

  #begin(title: string): void {
    const [, id = title, label = id] = /^([\w.-]+)(?: ?\[(.*)\])?$/.exec(title) ?? []
    const subgraph: Subgraph = { id, label: readLabel(label), nodes: [], subgraphs: [] }
    if (this.#all.has(id) || this.#open.length >= MOST_NESTED) throw new NotDrawable(`subgraph ${id}`)
    this.#all.set(id, subgraph)
    const siblings = this.#open.at(-1)?.subgraphs ?? this.#outermost
    siblings.push(subgraph)
    this.#open.push(subgraph)
  }

  #end(): void {
    if (!this.#open.pop()) throw new NotDrawable('an end without a subgraph')
  }

  #direct(line: string): boolean {
    const [, direction] = /^direction (TB|TD|LR|RL|BT);?$/.exec(line) ?? []
    const subgraph = this.#open.at(-1)
    if (direction !== undefined && subgraph) subgraph.direction = direction
    return direction !== undefined
  }

  #add({ nodes, edges }: FlowStatement): void {
    for (const node of nodes) {
      this.#nodes.set(node.id, { ...this.#nodes.get(node.id), ...node })
      const subgraph = this.#open.at(-1)
      if (!subgraph || this.#home.has(node.id)) continue
      this.#home.set(node.id, subgraph)
      subgraph.nodes.push(node.id)
    }
    this.#edges.push(...edges)
    limitSize(this.#nodes.size, this.#edges.length)
  }

  write(direction: string): Reading {
    if (this.#open.length > 0) throw new NotDrawable('a subgraph has no end')
    const nodes = [...this.#nodes.values()].filter(({ id }) => !this.#all.has(id))
    if (nodes.length === 0) throw new NotDrawable('there are no nodes')
    const numbers = new Map([...nodes, ...this.#all.values()].map(({ id }, index) => [id, `n${index}`]))
    const write = (node: FlowNode) => {
      const { open, close } = node.shape ?? RECTANGLE
      return `${numbers.get(node.id)}${open}${shield(wrap(labelOf(node), NODE_LINE))}${close}`
    }
    const writeSubgraph = ({ id, label, direction, nodes, subgraphs }: Subgraph): string[] => [
      `subgraph ${numbers.get(id)} [${shield(label)}]`,
      ...(direction === undefined ? [] : [`direction ${direction}`]),
      ...nodes.flatMap((one) => this.#drawn(one) ?? []).map(write),
      ...subgraphs.flatMap(writeSubgraph),
      'end',
    ]
    const edges = this.#edges.filter(({ arrow }) => arrow !== undefined)
    const writeEdge = ({ from, to, label, arrow }: FlowEdge) =>
      `${numbers.get(from)} ${arrow}${label === '' ? '' : `|${shield(wrap(label, EDGE_LINE))}|`} ${numbers.get(to)}`
    const lines = [
      `flowchart ${direction}`,
      ...this.#outermost.flatMap(writeSubgraph),
      ...nodes.filter(({ id }) => !this.#home.has(id)).map(write),
      ...edges.map(writeEdge),
    ]
    const names = nodes.map(labelOf)
    return {
      kind: 'Flowchart',
      text: lines.join('\n'),
      names,
      labels: [...names, ...[...this.#all.values()].map(({ label }) => label), ...edges.map(({ label }) => label)],
      connections: edges.length,
    }
  }

  /** The node of this name, unless the name is that of a subgraph. */
  #drawn(id: string): FlowNode | undefined {
    return this.#all.has(id) ? undefined : this.#nodes.get(id)
  }
}

const MOST_NESTED = 8

/** Statements that only say how it looks, or what a click does. Colours made for one theme can't be read in the other. */
const STYLE = new Set(['style', 'classDef', 'class', 'linkStyle', 'click', 'href'])

const labelOf = ({ id, label }: FlowNode): string => label ?? id
