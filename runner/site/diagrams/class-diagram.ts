import { readLabel, SPACE, shield } from './labels.ts'
import { limitSize, NotDrawable, type Reading } from './reading.ts'

const HEADER = /^classDiagram(?:-v2)?$/

export const isClassDiagram = (header: string): boolean => HEADER.test(header)

/** Statements that only say how it looks, or what a click does. */
const STYLE = /^(?:direction|style|classDef|cssClass|click|link|callback) /

/**
 * Reads a class diagram.
 *
 * @throws NotDrawable for what the drawing would lack, such as notes and namespaces
 */
export function readClassDiagram([, ...lines]: readonly string[]): Reading {
  const diagram = new Classes()
  for (const line of lines.filter((line) => !STYLE.test(line))) diagram.read(line)
  return diagram.write()
}

interface Class {
  name: string
  annotation?: string
  members: string[]
}

class Classes {
  readonly #classes = new Map<string, Class>()
  readonly #relations: (() => string)[] = []
  readonly #labels: string[] = []
  #body: Class | undefined

  read(line: string): void {
    if (line === '}') this.#close()
    else if (this.#body) this.#addMember(this.#body, line)
    else if (!this.#open(line) && !this.#annotate(line) && !this.#relate(line)) this.#addInline(line)
  }

  #close(): void {
    if (!this.#body) throw new NotDrawable('an end without a class')
    this.#body = undefined
  }

  #open(line: string): boolean {
    const [, name, brace, end] = /^class ([^{]+)(?:(\{) ?(\})?)?$/.exec(line) ?? []
    if (name === undefined) return false
    const found = this.#class(name.trim().replace(/:::\w+$/, ''))
    if (brace !== undefined && end === undefined) this.#body = found
    return true
  }

  /** `Name`, or `Name~T~` where it is first named. */
  #class(written: string): Class {
    const [, id, generic] = /^([\p{L}\p{N}_.-]+)(?:~(.+)~)?$/u.exec(written) ?? []
    if (id === undefined) throw new NotDrawable(`not a class: ${written}`)
    const known = this.#classes.get(id) ?? { name: id, members: [] }
    if (generic !== undefined) known.name = `${id}<${withBrackets(generic).replaceAll(' ', '')}>`
    this.#classes.set(id, known)
    return known
  }

  #annotate(line: string): boolean {
    const [, annotation, name] = /^<<(\w+)>> (\S+)$/.exec(line) ?? []
    if (annotation === undefined || name === undefined) return false
    this.#class(name).annotation = annotation
    return true
  }

  #addInline(line: string): void {
    const [, name, member] = /^([^ :]+) ?:(?!:)(.*)$/s.exec(line) ?? []
    if (name === undefined || member === undefined) throw new NotDrawable(`not understood: ${line}`)
    this.#addMember(this.#class(name), member.trim())
  }

  #addMember(to: Class, written: string): void {
    const [, annotation] = /^<<(\w+)>>$/.exec(written) ?? []
    if (annotation !== undefined) {
      to.annotation = annotation
      return
    }
    const member = readLabel(withBrackets(written)).replaceAll('\n', ' ')
    this.#labels.push(...member.split(/[ ():]+/).map((word) => word.replace(/^[-+#~]/, '').replace(/[$*;]$/, '')))
    to.members.push(member)
    if (to.members.length > MOST_MEMBERS) throw new NotDrawable('a class has too many members')
  }

  #relate(line: string): boolean {
    const [ends = '', ...rest] = line.split(/ :(?!:)/)
    const written = rest.join(' :')
    const [, from, many = '', arrow, others = '', to] =
      /^(\S+) ("[^"]*" )?([<|*o.>-]{2,4}) ("[^"]*" )?(\S+)$/.exec(ends.trim()) ?? []
    if (from === undefined || to === undefined || !ARROWS.has(arrow ?? '')) return false
    const sides = [many, others].map((side) => readLabel(side))
    const label = readLabel(written).replaceAll('\n', ' ')
    this.#labels.push(label, ...sides)
    const [before, after] = sides.map((side) => (side === '' ? '' : ` "${shield(side)}"`))
    const one = this.#class(from)
    const other = this.#class(to)
    // The names may get their type parameters later.
    this.#relations.push(() => {
      const text = `${nameOf(one)}${before} ${arrow}${after} ${nameOf(other)}`
      return label === '' ? text : `${text} : ${shield(label)}`
    })
    return true
  }

  write(): Reading {
    const classes = [...this.#classes.values()]
    limitSize(classes.length, this.#relations.length)
    if (this.#body || classes.length === 0) throw new NotDrawable('a class has no end')
    const names = classes.map(({ name }) => name)
    return {
      kind: 'Class diagram',
      text: ['classDiagram', ...classes.flatMap(written), ...this.#relations.map((write) => write())].join('\n'),
      names,
      labels: [...names, ...this.#labels, ...classes.flatMap(({ annotation }) => annotation ?? [])],
      connections: this.#relations.length,
    }
  }
}

const MOST_MEMBERS = 60

/** Those that the library knows. */
const ARROWS = new Set(['<|--', '--|>', '<|..', '..|>', '*--', '--*', 'o--', '--o', '-->', '<--', '..>', '<..', '--'])

/** Mermaid writes `List~int~` for `List<int>`. */
const withBrackets = (text: string): string => text.replaceAll(/([\p{L}\p{N}_])~([^~]*)~/gu, '$1<$2>')

const nameOf = ({ name }: Class): string => shield(name)

const written = (one: Class): string[] => [
  `class ${nameOf(one)} {`,
  ...(one.annotation === undefined ? [] : [`<<${one.annotation}>>`]),
  ...one.members.map(writeMember),
  '}',
]

/** Authors write `+String name` and `+name: String`; the library knows only the former, and draws the latter. */
function writeMember(member: string): string {
  const [, visibility = '', text = '', mark = ''] = /^([-+#~]?)(.*?)([$*]?)$/s.exec(member.replace(/;$/, '')) ?? []
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open > 0 && close > open) {
    const [, inner = '', type = ''] = /^([$*]?) ?:? ?(.*)$/s.exec(text.slice(close + 1)) ?? []
    return `${visibility}${shield(text.slice(0, open).trim())}${inner || mark}(${shield(text.slice(open + 1, close))}) ${type && shield(type)}`
  }
  const [, name, type] = /^([^ :]+) ?: ?(.+)$/s.exec(text.trim()) ?? []
  const [first = '', ...rest] = text.trim().split(' ')
  const ordered =
    name !== undefined && type !== undefined ? [type, name] : rest.length > 0 ? [first, rest.join(' ')] : [first]
  return visibility + ordered.map((part) => shield(part).replaceAll(' ', SPACE)).join(' ') + mark
}
