import { posix } from 'node:path'
import { isTest } from '../clone/code-files.ts'
import { locateKeys } from '../clone/package-json.ts'
import { tablesOf } from '../clone/python-project.ts'
import type { Repository, TextFile } from '../clone/repository.ts'
import { type Block, type Inline, joined, paragraph, table, titled } from '../writing/nodes.ts'
import { cite, citeFile } from '../writing/sources.ts'

const toolNames = [
  /^(ts|js)config[\w.-]*\.json$/,
  /^[\w.-]+\.config\.[cm]?[jt]s$/,
  /^\.(eslint|prettier|babel|stylelint|mocha|nyc|swc)rc[\w.]*$/,
  /^(biome|deno|turbo|nx|lerna|cdk|vercel|renovate|wrangler)\.jsonc?$/,
  /^(pyproject|ruff|wrangler|netlify|book|cliff|rustfmt|clippy)\.toml$/,
  /^(setup\.cfg|tox\.ini|pytest\.ini|mypy\.ini|\.flake8|\.coveragerc|\.editorconfig)$/,
  /^(\.pre-commit-config|mkdocs|pnpm-workspace|serverless|\.readthedocs|codecov)\.ya?ml$/,
  /^(docker-)?compose[\w.-]*\.ya?ml$/,
  /^(config|settings|default)\.(ya?ml|toml|json|ini)$/,
]

const matchesAny = (path: string, patterns: RegExp[]) => patterns.some((pattern) => pattern.test(posix.basename(path)))

/** The files that configure the project and its tools, with their top-level keys. */
export async function configurationFiles(repository: Repository): Promise<Block[]> {
  const isNear = (path: string) => path.split('/').length <= 3 && !path.startsWith('.github/') && !isTest(path)
  const paths = repository.files.filter((path) => isNear(path) && matchesAny(path, toolNames))
  const rows: Inline[][][] = []
  for (const file of paths.slice(0, 40).flatMap((path) => repository.read(path) ?? [])) {
    const keys = await topLevelKeys(file)
    rows.push([[citeFile(file)], joined(keys.slice(0, 14).map(([key, line]) => [cite(file, line, line, key)]))])
  }
  if (rows.length === 0) return []
  return titled('Configuration files', [
    paragraph('These files configure the project and its tools. Their top-level keys are listed.'),
    ...table(['File', 'Keys'], rows),
  ])
}

type Key = [key: string, line: number]

/** Top-level keys with their lines: of JSON objects, TOML and INI tables, and YAML. */
async function topLevelKeys(file: TextFile): Promise<Key[]> {
  const extension = posix.extname(file.path)
  if (extension === '.json') return jsonKeys(file)
  if (extension === '.yml' || extension === '.yaml') return yamlKeys(file)
  const hasTables = ['.toml', '.cfg', '.ini', ''].includes(extension)
  return hasTables ? tablesOf(file, () => true).map(({ header, start }) => [`[${header}]`, start]) : []
}

async function jsonKeys(file: TextFile): Promise<Key[]> {
  try {
    const lineOf = await locateKeys(file)
    const value: unknown = JSON.parse(file.text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? Object.keys(value).map((key) => [key, lineOf(key)]) : []
  } catch {
    // With comments it isn't JSON. The file is listed without keys.
    return []
  }
}

const yamlKeys = (file: TextFile): Key[] =>
  file.lines.flatMap((line, index): Key[] => {
    const key = /^([\w.-]+)\s*:/.exec(line)?.[1]
    return key ? [[key, index + 1]] : []
  })
