import * as z from 'zod'
import { firstLine, type Node, namedChildren, parse, stringValue } from '../syntax/grammar.ts'
import type { Repository, TextFile } from './repository.ts'

const strings = z.record(z.string(), z.string()).catch({})
const text = z.string().trim().min(1).optional().catch(undefined)

/** The fields of a package.json that pages show. A field of an unexpected type counts as absent. */
const PackageJson = z.object({
  name: text,
  version: text,
  description: text,
  license: text,
  homepage: text,
  type: text,
  packageManager: text,
  main: text,
  module: text,
  types: text,
  private: z.boolean().optional().catch(undefined),
  bin: z
    .union([z.string(), z.record(z.string(), z.string())])
    .optional()
    .catch(undefined),
  exports: z.unknown().optional(),
  engines: strings.optional(),
  scripts: strings.optional(),
  dependencies: strings.optional(),
  devDependencies: strings.optional(),
  peerDependencies: strings.optional(),
  optionalDependencies: strings.optional(),
})
export type PackageJson = z.infer<typeof PackageJson>

export interface PackageManifest {
  file: TextFile
  data: PackageJson
}

/** Reads a package.json; undefined if it is missing or not a JSON object. */
export function readPackageJson(repository: Repository, path = 'package.json'): PackageManifest | undefined {
  const file = repository.read(path)
  try {
    return file && { file, data: PackageJson.parse(JSON.parse(file.text.replace(/^\uFEFF/, ''))) }
  } catch {
    return undefined
  }
}

/** The repository's package.json files, top-level ones first, at most `max`. */
export const packageManifests = (repository: Repository, max = 12): PackageManifest[] =>
  repository.files
    .filter(
      (path) =>
        (path === 'package.json' || path.endsWith('/package.json')) &&
        !/(^|\/)(tests?|__tests__|fixtures?|examples?)\//.test(path),
    )
    .sort((a, b) => a.split('/').length - b.split('/').length)
    .slice(0, max)
    .flatMap((path) => readPackageJson(repository, path) ?? [])

/** The command that runs a script. */
export const scriptCommand = (name: string): string =>
  ['test', 'start', 'stop', 'restart'].includes(name) ? `npm ${name}` : `npm run ${name}`

/** Locates keys in a JSON file: `lineOf('scripts', 'test')` is the line of that key, or of the last one found on the way. */
export async function locateKeys({ text: json }: TextFile): Promise<(...keys: string[]) => number> {
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
