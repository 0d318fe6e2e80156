import { basename, extname } from 'node:path'
import { languageOf, languages } from '../languages/all.ts'
import { extensionOf } from './extensions.ts'
import type { Repository } from './repository.ts'

/** Programming languages without a grammar here, and other formats, by extension. */
const otherLanguages = namesOf(
  `Kotlin .kt .kts|Scala .scala|Swift .swift|Objective-C .m .mm|Lua .lua|Elixir .ex .exs|Erlang .erl|Haskell .hs|OCaml .ml .mli|F# .fs
   Clojure .clj .cljs|Dart .dart|R .r|Julia .jl|Perl .pl .pm|PowerShell .ps1|Vue .vue|Svelte .svelte|Zig .zig|Nim .nim|SQL .sql
   Terraform .tf|Lex .l|Yacc .y|Assembly .s .asm`,
)
const formats = namesOf(
  `Markdown .md .mdx .markdown|reStructuredText .rst|JSON .json .jsonc .json5|YAML .yml .yaml|TOML .toml|HTML .html .htm|XML .xml
   CSS .css .scss .sass .less|image .svg .png .jpg .jpeg .gif .ico .webp .avif|plain text .txt`,
)

function namesOf(list: string): Map<string, string> {
  const entries = list.split(/[|\n]/).map((each) => each.trim().split(' '))
  return new Map(entries.flatMap(([name = '', ...extensions]) => extensions.map((extension) => [extension, name])))
}

/** The language's name as people write it; undefined for anything but code. */
export const languageNameOf = (path: string): string | undefined =>
  languageOf(path)?.name ?? otherLanguages.get(extensionOf(path))

/** The kind of file, for tables: a programming language, another format, or 'other'. */
export const formatOf = (path: string): string =>
  languageNameOf(path) ?? formats.get(extname(path).toLowerCase()) ?? 'other'

/** Whether a file is a test, by its name or folder, as test runners find them. */
export const isTest = (path: string): boolean =>
  /(^|\/)tests?-[\w-]+\/|(^|\/)([\w.-]+[-.])?(tests?|__tests__|specs?|e2e|testing|test-d|testdata|testutils)\//i.test(
    path,
  ) ||
  /[._-](test|spec|test-d)\.\w+$|^tests?\.\w+$/.test(path) ||
  languages.some(({ testFile }) => testFile?.test(path))

/** Only at the top level, or at that of a monorepo's packages. Deeper folders of these names are part of the product. */
const examples = /^((packages|libs|modules|crates)\/[^/]+\/)?(examples?|samples?|demos?|playgrounds?|snippets)\//i

const support = [
  examples,
  /(^|\/)(docs?|documentation|website|site|_site|\.[^/]+)\//i,
  /(^|\/)(benchmarks?|bench|perf|fixtures?|__mocks__|__fixtures__|playgrounds?|ci|m4|snippets)\//i,
  /^(support|contrib\/ci)\//,
  /\.config\.\w+$|^(setup|noxfile|conftest|gulpfile|Gruntfile|bench|benchmark)\.\w+$|^\.[^/]*$|(^|\/)package-info\.java$/,
]

/** Code that isn't part of the product: examples, documentation, benchmarks, tool settings. */
export const isSupport = (path: string): boolean => support.some((pattern) => pattern.test(path))

/** The code that makes up the product. */
export const productCode = (repository: Repository): string[] =>
  repository.files.filter((path) => languageNameOf(path) && !isTest(path) && !isSupport(path))

/** Code that tests. */
export const testFiles = (repository: Repository): string[] =>
  repository.files.filter(
    (path) => languageNameOf(path) && isTest(path) && !/(^|\/)(fixtures?|data|resources)\//.test(path),
  )

/** Code that shows how the project is used. */
export const exampleFiles = (repository: Repository): string[] =>
  repository.files.filter((path) => languageNameOf(path) && examples.test(path))

/** The number of paths of each kind, most frequent first. */
export function countBy(paths: string[], kindOf: (path: string) => string): [kind: string, count: number][] {
  const counts = new Map<string, number>()
  for (const path of paths) counts.set(kindOf(path), (counts.get(kindOf(path)) ?? 0) + 1)
  return [...counts].sort(([a, most], [b, other]) => other - most || (a < b ? -1 : 1))
}

/** `3 TypeScript files`, `2 Python files, 1 Shell file`. */
export const describeCounts = (paths: string[]): string =>
  countBy(paths, formatOf)
    .slice(0, 3)
    .map(([kind, count]) => `${count} ${kind} ${count === 1 ? 'file' : 'files'}`)
    .join(', ')

/** `get-object` of `src/get-object.ts`. */
export const nameWithoutExtension = (path: string): string => basename(path, extname(path))
