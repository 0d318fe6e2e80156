import { readLabel, SPACE, shield } from './labels.ts'
import { limitSize, NotDrawable, type Reading } from './reading.ts'

const HEADER = /^erDiagram$/

export const isEntityDiagram = (header: string): boolean => HEADER.test(header)

/** Statements that only say how it looks. */
const STYLE = /^(?:direction|style|classDef|class) /

/**
 * Reads an entity-relationship diagram. Comments on attributes are left out.
 *
 * @throws NotDrawable for what the drawing would lack
 */
export function readEntityDiagram([, ...lines]: readonly string[]): Reading {
  const diagram = new Entities()
  for (const line of lines.filter((line) => !STYLE.test(line))) diagram.read(line)
  return diagram.write()
}

class Entities {
  /** The attributes of each, as written for the library. */
  readonly #entities = new Map<string, string[]>()
  readonly #relations: string[] = []
  readonly #labels: string[] = []
  #body: string[] | undefined

  read(line: string): void {
    if (this.#body) this.#readAttribute(this.#body, line)
    else if (!this.#readEntity(line)) this.#readRelation(line)
  }

  #readEntity(line: string): boolean {
    const [, name, rest] = /^([\p{L}\p{N}_-]+|"[^"]+") ?(\{ ?\}?)?$/u.exec(line) ?? []
    if (name === undefined) return false
    const entity = this.#entity(name)
    if (rest === '{') this.#body = entity
    return true
  }

  #entity(written: string): string[] {
    const name = readLabel(written)
    if (name === '' || name.includes('\n')) throw new NotDrawable('an entity has no name')
    const attributes = this.#entities.get(name) ?? []
    this.#entities.set(name, attributes)
    return attributes
  }

  #readAttribute(attributes: string[], line: string): void {
    if (line === '}') {
      this.#body = undefined
      return
    }
    const [, type, name, keys = ''] = /^(\S+) ([^\s,]+)((?:,? (?:PK|FK|UK)){0,3})(?: ?"[^"]*")?$/.exec(line) ?? []
    if (type === undefined || name === undefined) throw new NotDrawable(`not an attribute: ${line}`)
    const written = [type, name].map((word) => shieldWord(readLabel(word)))
    this.#labels.push(type, name)
    attributes.push([...written, ...keys.split(/,? /)].join(' ').trim())
    if (attributes.length > MOST_ATTRIBUTES) throw new NotDrawable('an entity has too many attributes')
  }

  #readRelation(line: string): void {
    const [, from, left = '', dashes, right = '', to, written] =
      /^([\p{L}\p{N}_-]+|"[^"]+") ([|}o]{2})(--|\.\.)([|{o]{2}) ([\p{L}\p{N}_-]+|"[^"]+") ?:(.*)$/su.exec(line) ?? []
    const [before, after] = [CARDINALITIES[left], CARDINALITIES[right]]
    if (from === undefined || to === undefined || written === undefined || !before || !after)
      throw new NotDrawable(`not understood: ${line}`)
    this.#entity(from)
    this.#entity(to)
    const label = readLabel(written).replaceAll('\n', ' ')
    this.#labels.push(label)
    const names = [from, to].map((name) => shieldWord(readLabel(name)))
    this.#relations.push(`${names[0]} ${before}${dashes}${after} ${names[1]} : ${shield(label)}`)
  }

  write(): Reading {
    const names = [...this.#entities.keys()]
    limitSize(names.length, this.#relations.length)
    if (this.#body || names.length === 0) throw new NotDrawable('an entity has no end')
    const entities = [...this.#entities].flatMap(([name, attributes]) => [`${shieldWord(name)} {`, ...attributes, '}'])
    return {
      kind: 'Entity-relationship diagram',
      text: ['erDiagram', ...entities, ...this.#relations].join('\n'),
      names,
      labels: [...names, ...this.#labels],
      connections: this.#relations.length,
    }
  }
}

const MOST_ATTRIBUTES = 60

/** By how authors write them: the library knows only one side's spelling. */
const CARDINALITIES: Record<string, string> = {
  ...{ '||': '||', '|o': 'o|', 'o|': 'o|', '}|': '}|', '|{': '}|', '}o': 'o{', 'o{': 'o{' },
}

const shieldWord = (text: string): string => shield(text).replaceAll(' ', SPACE)
