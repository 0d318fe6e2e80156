import { posix } from 'node:path'
import type { TextFile } from '../clone/repository.ts'
import type { Format } from './formats.ts'
import type { Manifest } from './manifest.ts'

/** Reads a manifest line by line. */
export function readLines(file: TextFile, format: Format): Manifest {
  const folder = posix.dirname(file.path) === '.' ? '' : posix.dirname(file.path)
  const manifest: Manifest = {
    file,
    folder,
    ecosystem: format.ecosystem,
    facts: [],
    dependencies: [],
    commands: [],
    entries: [],
  }
  let section = ''
  for (const [index, text] of file.lines.entries()) {
    const opened = format.section?.exec(text)?.[1]
    if (opened) section = opened.trim()
    else if (/^\s*<\/(parent|build|dependencyManagement|profiles|dependencies)>/.test(text)) section = 'project'
    const line = index + 1
    const [, key = '', value = ''] = format.pair.exec(text) ?? []
    const meaning = format.facts[`${section}.${key}`] ?? format.facts[key.toLowerCase()] ?? format.facts[key]
    if (meaning && plain(value)) {
      const [kind, of] = typeof meaning === 'string' ? [meaning, ''] : (['requires', meaning.requires] as const)
      const isKnown = manifest.facts.some((fact) => fact.kind === kind && fact.of === of)
      if (!isKnown && isPlain(value)) manifest.facts.push({ kind, of, value: plain(value), line })
    }
    const dependency = isIn(section, format.dependency?.section) && format.dependency?.line.exec(text)
    const isFact = meaning !== undefined
    if (dependency && !isFact) {
      const [, name = '', range = ''] = dependency
      manifest.dependencies.push({
        name,
        range: range
          .replaceAll(/["']/g, '')
          .replace(/^[\s,]+/, '')
          .trim()
          .slice(0, 80),
        group: section,
        line,
      })
    }
    const command = isIn(section, format.command?.section) && format.command?.line.exec(text)
    if (command) manifest.commands.push({ name: command[1] ?? '', runs: command[2] ?? '', line, kind: 'installed' })
  }
  return manifest
}

const isIn = (section: string, wanted: RegExp | undefined) => !wanted || wanted.test(section)

/** A string without its quotes, and without what follows it. */
const plain = (value: string) => (/^["'[](?:%q\()?([^"'\]]+)/.exec(value)?.[1] ?? value.replace(/\s#.*$/, '')).trim()

/** Whether it is a value rather than an expression. */
const isPlain = (value: string) => !/^\w+(::|\.__|\()|\$[({]|^\{|^f"/.test(value)
