import { posix } from 'node:path'
import * as z from 'zod'
import type { TextFile } from '../clone/repository.ts'
import { firstLine, type Node, namedChildren, parse, stringValue } from '../syntax/grammar.ts'
import { composer, npm } from './ecosystems.ts'
import type { Entry, FactKind, Manifest } from './manifest.ts'

const strings = z.record(z.string(), z.string().catch('')).catch({})
const text = z.string().trim().min(1).optional().catch(undefined)

/** The fields of a package.json or a composer.json that pages show. A field of an unexpected type counts as absent. */
const Fields = z.object({
  ...{
    name: text,
    version: text,
    description: text,
    license: text,
    homepage: text,
    main: text,
    module: text,
    types: text,
  },
  private: z.boolean().optional().catch(undefined),
  bin: z.union([z.string(), strings]).optional().catch(undefined),
  exports: z.unknown().optional(),
  ...{ engines: strings.optional(), scripts: strings.optional(), dependencies: strings.optional() },
  ...{
    devDependencies: strings.optional(),
    peerDependencies: strings.optional(),
    optionalDependencies: strings.optional(),
  },
  ...{ require: strings.optional(), 'require-dev': strings.optional() },
})

const groups = {
  dependencies: 'Required at run time',
  peerDependencies: 'Expected from the host project',
  optionalDependencies: 'Used when present',
  devDependencies: 'Required for development',
  require: 'Required at run time',
  'require-dev': 'Required for development',
} as const

/** Reads a package.json or a composer.json; undefined if it isn't a JSON object. */
export async function readJson(file: TextFile): Promise<Manifest | undefined> {
  const data = parsed(file)
  if (!data) return undefined
  const lineOf = await locateKeys(file)
  const folder = posix.dirname(file.path) === '.' ? '' : posix.dirname(file.path)
  const ecosystem = file.path.endsWith('composer.json') ? composer : npm
  const runner = ecosystem === npm ? scriptCommand : (name: string) => `composer ${name}`
  const fact = (kind: FactKind, value: string | undefined, of: string, ...keys: string[]) =>
    value ? [{ kind, of, value, line: lineOf(...keys) }] : []
  return {
    ...{ file, folder, ecosystem, isPrivate: data.private ?? false },
    facts: [
      ...fact('name', data.name, '', 'name'),
      ...fact('version', data.version, '', 'version'),
      ...fact('description', data.description, '', 'description'),
      ...fact('licence', data.license, '', 'license'),
      ...fact('homepage', data.homepage, '', 'homepage'),
      ...Object.entries(data.engines ?? {}).flatMap(([of, range]) => fact('requires', range, of, 'engines', of)),
      ...fact('requires', data.require?.php, 'PHP', 'require', 'php'),
    ],
    dependencies: Object.entries(groups).flatMap(([key, group]) =>
      Object.entries(data[key as keyof typeof groups] ?? {}).map(([name, range]) => ({
        name,
        range,
        group,
        line: lineOf(key, name),
      })),
    ),
    commands: [
      ...Object.entries(binaries(data)).map(([name, runs]) => ({
        name,
        runs,
        line: lineOf('bin', name),
        kind: 'installed' as const,
      })),
      ...Object.entries(data.scripts ?? {}).map(([name, runs]) => ({
        ...{ name: runner(name), runs, line: lineOf('scripts', name), kind: 'script' as const },
      })),
    ],
    entries: entriesOf(data, folder, lineOf),
  }
}

/** The command that runs a script. */
const scriptCommand = (name: string): string =>
  ['test', 'start', 'stop', 'restart'].includes(name) ? `npm ${name}` : `npm run ${name}`

function parsed({ text }: TextFile): z.infer<typeof Fields> | undefined {
  try {
    return Fields.parse(JSON.parse(text.replace(/^\uFEFF/, '')))
  } catch {
    return undefined
  }
}

const binaries = ({ bin, name }: z.infer<typeof Fields>): Record<string, string> =>
  typeof bin === 'string' ? { [name ?? '']: bin } : (bin ?? {})

const starter = /^(?:\w+=\S* )*(?:node|tsx|ts-node|bun|deno)\b([^&|;]*)/

function entriesOf(data: z.infer<typeof Fields>, folder: string, lineOf: (...keys: string[]) => number): Entry[] {
  const name = data.name ?? folder
  const entry = (kind: Entry['kind'], name: string, target: string, ...keys: string[]): Entry => ({
    ...{ kind, name, target, keys: keys.join(' › '), line: lineOf(...keys) },
  })
  const scripts = Object.entries(data.scripts ?? {}).flatMap(([script, command]) => {
    // A file after an option may be the option's value, such as a preloaded module.
    const words = starter.exec(command)?.[1]?.split(/\s+/) ?? []
    const target = words.find((word, at) => /\.[cm]?[jt]sx?$/.test(word) && !/^-[^=]*$/.test(words[at - 1] ?? ''))
    return target ? [entry('script', scriptCommand(script), target, 'scripts', script)] : []
  })
  return [
    ...Object.entries(binaries(data)).map(([command, target]) => entry('command', command, target, 'bin', command)),
    ...exportTargets(data.exports).map(({ keys, target }) => entry('import', name, target, 'exports', ...keys)),
    ...(['types', 'module', 'main'] as const).flatMap((key) =>
      data[key] ? [entry('import', name, data[key], key)] : [],
    ),
    ...scripts,
  ]
}

/** Every path in `exports`, under any condition. Skips patterns with `*`, which don't name a single file. */
function exportTargets(value: unknown, keys: string[] = []): { keys: string[]; target: string }[] {
  if (typeof value === 'string') return value.includes('*') ? [] : [{ keys, target: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => exportTargets(inner, [...keys, key]))
}

/** Locates keys in a JSON file: `lineOf('scripts', 'test')` is the line of that key, or of the last one found on the way. */
async function locateKeys({ text: json }: TextFile): Promise<(...keys: string[]) => number> {
  // In parentheses, JSON is a JavaScript expression, and line numbers stay the same.
  const tree = await parse('javascript', `(${json})`)
  const top = tree?.rootNode.descendantsOfType('object')[0]
  return (...keys) => {
    let [line, object]: [number, Node | null | undefined] = [1, top]
    for (const key of keys) {
      const pair = namedChildren(object).find((each) => stringValue(each.childForFieldName('key')) === key)
      if (!pair) break
      line = firstLine(pair)
      object = pair.childForFieldName('value')
    }
    return line
  }
}
