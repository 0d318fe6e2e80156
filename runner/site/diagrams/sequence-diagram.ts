import { readLabel, shield } from './labels.ts'
import { limitSize, NotDrawable, type Reading } from './reading.ts'

const HEADER = /^sequenceDiagram$/

export const isSequenceDiagram = (header: string): boolean => HEADER.test(header)

/**
 * Reads a sequence diagram.
 *
 * @throws NotDrawable for what the drawing would lack, such as boxes, and notes before the first message
 */
export function readSequenceDiagram([, ...lines]: readonly string[]): Reading {
  const sequence = new Sequence()
  for (const line of lines) sequence.read(line)
  return sequence.write()
}

/** Statements without which the drawing says the same. */
const IGNORED = /^(?:activate|deactivate|title:?|link|links) /

class Sequence {
  readonly #actors = new Map<string, { number: string; label: string }>()
  readonly #lines: string[] = []
  readonly #labels: string[] = []
  readonly #open: string[] = []
  #messages = 0
  #isNumbered = false

  read(line: string): void {
    if (IGNORED.test(line)) return
    if (line === 'autonumber') this.#isNumbered = true
    else if (!this.#readActor(line) && !this.#readNote(line) && !this.#readBlock(line)) this.#readMessage(line)
  }

  #readActor(line: string): boolean {
    const [, type, rest = ''] = /^(participant|actor) (.*)$/.exec(line) ?? []
    if (type === undefined) return false
    const [name = '', label = name] = rest.split(' as ', 2)
    const before = this.#actors.get(name.trim())
    if (before) throw new NotDrawable('a participant is declared twice')
    this.#actor(name.trim(), readLabel(label))
    return true
  }

  /** Participants that are not declared appear where they are first named. All are boxes: the library's figures stand on their names. */
  #actor(name: string, label = readLabel(name)): string {
    if (name === '' || /[<>:;,@{}]/.test(name)) throw new NotDrawable(`not a participant: ${name}`)
    const known = this.#actors.get(name)
    if (known) return known.number
    const number = `p${this.#actors.size}`
    this.#actors.set(name, { number, label })
    return number
  }

  #readNote(line: string): boolean {
    const [, place, rest] = /^note (left of|right of|over) (.*)$/i.exec(line) ?? []
    if (place === undefined || rest === undefined) return false
    const colon = rest.indexOf(':')
    if (colon < 0 || this.#messages === 0) throw new NotDrawable('a note without a text, or without a message')
    const actors = rest.slice(0, colon).split(',')
    const numbers = actors.map((name) => this.#actor(name.trim()))
    this.#lines.push(`Note ${place.toLowerCase()} ${numbers.join(',')}: ${this.#text(rest.slice(colon + 1))}`)
    return true
  }

  #readBlock(line: string): boolean {
    const [word = ''] = /^\w+(?= |$)/.exec(line) ?? []
    const label = line.slice(word.length).trim()
    if (word === 'end' && label === '') {
      const block = this.#open.pop()
      if (block === undefined) throw new NotDrawable('an end without a block')
      // A background colour and no more.
      if (block !== 'rect') this.#lines.push('end')
    } else if (BLOCKS.has(word)) {
      this.#open.push(word)
      if (word !== 'rect') this.#lines.push(`${word} ${this.#text(label)}`)
    } else if (word === 'else' || word === 'and') {
      const block = this.#open.at(-1)
      if (block !== (word === 'else' ? 'alt' : 'par')) throw new NotDrawable(`${word} in ${block}`)
      this.#lines.push(`${word} ${this.#text(label)}`)
    } else return false
    return true
  }

  #readMessage(line: string): void {
    const found = /--?(?:>>|>|\))/.exec(line)
    const [, mark, to = '', written] =
      /^([+-]?)([^:]*):(.*)$/s.exec(line.slice((found?.index ?? 0) + (found?.[0].length ?? 0)).trim()) ?? []
    if (!found || written === undefined) throw new NotDrawable(`not understood: ${line}`)
    const ends = [this.#actor(line.slice(0, found.index).trim()), this.#actor(to.trim())]
    this.#messages++
    const label = this.#isNumbered ? `${this.#messages}. ${written.trim()}` : written
    this.#lines.push(`${ends[0]}${found[0]}${mark}${ends[1]}: ${this.#text(label)}`)
  }

  /** One line: there is no room for more between two messages. */
  #text(written: string): string {
    const label = readLabel(written).replaceAll('\n', ' ')
    this.#labels.push(label)
    return shield(label)
  }

  write(): Reading {
    const actors = [...this.#actors.values()]
    limitSize(actors.length, this.#messages)
    if (this.#open.length > 0 || actors.length === 0) throw new NotDrawable('a block has no end')
    const names = actors.map(({ label }) => label.replaceAll('\n', ' '))
    const declared = actors.map(({ number }, index) => `participant ${number} as ${shield(names[index] ?? '')}`)
    return {
      kind: 'Sequence diagram',
      text: ['sequenceDiagram', ...declared, ...this.#lines].join('\n'),
      names,
      labels: [...names, ...this.#labels],
      connections: this.#messages,
    }
  }
}

const BLOCKS = new Set(['loop', 'alt', 'opt', 'par', 'critical', 'break', 'rect'])
