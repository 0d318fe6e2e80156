import { basename, extname } from 'node:path'
import type { Repository } from './repository.ts'

/** Programming languages by extension. These files count as code, even those that cannot be parsed here. */
export const languageNames: Record<string, string> = {
  '.ts': 'TypeScript',
  '.mts': 'TypeScript',
  '.cts': 'TypeScript',
  '.tsx': 'TypeScript',
  '.js': 'JavaScript',
  '.mjs': 'JavaScript',
  '.cjs': 'JavaScript',
  '.jsx': 'JavaScript',
  '.py': 'Python',
  '.pyi': 'Python',
  '.go': 'Go',
  '.rs': 'Rust',
  '.java': 'Java',
  '.kt': 'Kotlin',
  '.scala': 'Scala',
  '.rb': 'Ruby',
  '.php': 'PHP',
  '.cs': 'C#',
  '.c': 'C',
  '.h': 'C',
  '.cc': 'C++',
  '.cpp': 'C++',
  '.hpp': 'C++',
  '.swift': 'Swift',
  '.m': 'Objective-C',
  '.lua': 'Lua',
  '.ex': 'Elixir',
  '.exs': 'Elixir',
  '.erl': 'Erlang',
  '.hs': 'Haskell',
  '.ml': 'OCaml',
  '.clj': 'Clojure',
  '.dart': 'Dart',
  '.r': 'R',
  '.jl': 'Julia',
  '.pl': 'Perl',
  '.sh': 'Shell',
  '.bash': 'Shell',
  '.ps1': 'PowerShell',
  '.vue': 'Vue',
  '.svelte': 'Svelte',
  '.zig': 'Zig',
  '.nim': 'Nim',
  '.sql': 'SQL',
  '.tf': 'Terraform',
}

const otherNames: Record<string, string> = {
  '.md': 'Markdown',
  '.mdx': 'Markdown',
  '.rst': 'reStructuredText',
  '.json': 'JSON',
  '.yml': 'YAML',
  '.yaml': 'YAML',
  '.toml': 'TOML',
  '.html': 'HTML',
  '.css': 'CSS',
  '.scss': 'CSS',
  '.svg': 'image',
  '.png': 'image',
  '.jpg': 'image',
  '.gif': 'image',
  '.ico': 'image',
  '.webp': 'image',
  '.txt': 'plain text',
}

/** The language's name as people write it; undefined for anything but code. */
export const languageNameOf = (path: string): string | undefined => languageNames[extname(path).toLowerCase()]

/** The kind of file, for tables: a programming language, another format, or 'other'. */
export const formatOf = (path: string): string =>
  languageNameOf(path) ?? otherNames[extname(path).toLowerCase()] ?? 'other'

/** Whether a file is a test, by its name or folder, as test runners find them. */
export const isTest = (path: string): boolean =>
  /(^|\/)([\w-]+-)?(tests?|__tests__|specs?|e2e|testing|test-d)\//i.test(path) ||
  /(\.|_|-)(test|spec|test-d)\.\w+$|(^|\/)test_[^/]*\.py$|(^|\/)(conftest|tests?)\.py$|^tests?\.(js|ts)$/.test(path)

/** Code that isn't part of the product: examples, documentation, benchmarks, tool settings. */
const isSupport = (path: string) => support.some((pattern) => pattern.test(path))

/** Only at the top level, or at that of a monorepo's packages. Deeper folders of these names are part of the product. */
const examples = /^((packages|libs|modules|crates)\/[^/]+\/)?(examples?|samples?|demos?|playgrounds?)\//i

const support = [
  examples,
  /(^|\/)(docs?|documentation|website)\//i,
  /(^|\/)(benchmarks?|bench|fixtures?|__mocks__|\.[^/]+)\//i,
  /\.config\.\w+$|^(setup|noxfile|conftest|gulpfile|Gruntfile|bench|benchmark)\.\w+$|^\.[^/]*$/,
]

/** The code that makes up the product. */
export const productCode = (repository: Repository): string[] =>
  repository.files.filter((path) => languageNameOf(path) && !isTest(path) && !isSupport(path))

/** Code that tests. */
export const testFiles = (repository: Repository): string[] =>
  repository.files.filter((path) => languageNameOf(path) && isTest(path) && !/(^|\/)(fixtures?|data)\//.test(path))

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
