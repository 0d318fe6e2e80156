import { readFile, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { parseJson } from '../../shared/parse-json.ts'
import { isCredentialFile } from '../files/credential-files.ts'
import { listFiles } from '../files/list-files.ts'
import { decodeText } from '../stages/decode-text.ts'
import { splitLines } from './clone-files.ts'
import { definitionIn } from './definitions.ts'

export interface DefinedAt {
  path: string
  line: number
}

/** What the files of a repository are called and what their code names. */
export interface CodeIndex {
  /** False if the repository is too large to have been read to its end: what is missing here may stand in it all the same. */
  isComplete: boolean
  paths: ReadonlySet<string>
  /** Whether it has a folder of this name at its top. */
  hasFolder(name: string): boolean
  /** The only file whose path ends as this one does; undefined if there are several. */
  pathLike(path: string): string | undefined
  /** Where the code defines a name at the top level of a file; a few places are enough. */
  definitionsOf(name: string): readonly DefinedAt[]
  /** Names that files other than tests let others use. */
  exported: ReadonlyMap<string, DefinedAt>
  /** Whether any file has this option as it is typed (`--dry-run`), or code has its name as a text, key or variable. */
  hasOption(option: string): boolean
  /** Whether any file has this word, however it is spelled (`dry-run`, `dryRun`). */
  hasWord(word: string): boolean
  /** The scripts of all package.json files, with their commands. */
  scripts: ReadonlyMap<string, string>
  /** The targets of all makefiles; undefined if some are made by rules or stand in files that are included. */
  targets: ReadonlySet<string> | undefined
  /** Names of the programs that the repository installs. */
  programs: ReadonlySet<string>
}

/** Larger files are data. */
const MOST_BYTES = 1024 * 1024
const MOST_BYTES_IN_ALL = 128 * 1024 * 1024
const MOST_MS = 30_000
const MOST_WORDS = 1_000_000
const MOST_PLACES = 3
/** Longer lines are generated. */
const LONGEST_LINE = 1_000

/** Reads a repository once. Stops after half a minute, or after 128 MiB. */
export async function indexCode(folder: string, signal?: AbortSignal): Promise<CodeIndex> {
  const files = await listFiles(folder, join(folder, '.git'))
  const paths = files
    .map((file) => relative(folder, file).replaceAll(sep, '/'))
    .filter((path) => !isInstalled(path))
    .toSorted()
  const index = openIndex(paths)
  const ends = performance.now() + MOST_MS
  let left = MOST_BYTES_IN_ALL
  for (const path of paths) {
    signal?.throwIfAborted()
    const text = isCredentialFile(path) || isLockFile(path) ? undefined : await readText(join(folder, path))
    left -= text?.length ?? 0
    if (left < 0 || performance.now() > ends) return index.close(false)
    if (text !== undefined) index.add(path, text)
  }
  return index.close(true)
}

async function readText(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).size > MOST_BYTES) return undefined
    const text = decodeText(await readFile(file))
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

/** A folder that is no git repository may have these. */
const isInstalled = (path: string): boolean => /(?:^|\/)node_modules\//.test(path)

const isLockFile = (path: string): boolean =>
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|[\w-]+\.lock|pnpm-lock\.yaml|go\.sum|bun\.lockb?)$/.test(path)

/** Their keys and texts can be options. */
const CODE = new Set(
  `.js .mjs .cjs .jsx .ts .mts .cts .tsx .vue .svelte .py .pyx .go .rs .java .kt .kts .scala .groovy .rb .php .c .h .cc .cpp .hpp .cs
  .swift .m .sh .bash .zsh .fish .ps1 .ex .exs .erl .lua .pl .pm .r .jl .dart .zig .nim .clj .hs .ml .fs .vb .d .cr`.split(
    /\s+/,
  ),
)

const isCode = (path: string): boolean => CODE.has(extname(path).toLowerCase())

/** What nobody documents for readers. */
const isTest = (path: string): boolean =>
  /(?:^|\/)(?:tests?|__tests__|specs?|fixtures?|examples?|benchmarks?|bench|vendor|third_party|e2e)\//i.test(path) ||
  /(?:^|[._-])(?:tests?|spec|bench|d)\.\w{1,5}$/i.test(path) ||
  /(?:^|\/)(?:test_|conftest)[^/]*$/.test(path)

/** A name however it is spelled: `dry-run`, `dryRun` and `DRY_RUN` are one. */
const fold = (name: string): string => name.replaceAll(/[-_]/g, '').toLowerCase()

/** A copy of its own: a part of a text would keep all of it in memory. */
const copied = (text: string): string => Buffer.from(text).toString()

function openIndex(paths: readonly string[]) {
  const options = new Set<string>()
  const keys = new Set<string>()
  const words = new Set<string>()
  const definitions = new Map<string, DefinedAt[]>()
  const exported = new Map<string, DefinedAt>()
  const folders = new Set(paths.map((path) => path.slice(0, Math.max(0, path.indexOf('/')))))
  const scripts = new Map<string, string>()
  const programs = new Set<string>()
  const targets = new Set<string>()
  let hasAllTargets = true
  let isFull = false
  const remember = (set: Set<string>, word: string) => {
    if (set.has(word)) return
    if (set.size < MOST_WORDS) set.add(copied(word))
    else isFull = true
  }
  const define = (path: string, line: number, name: string, isExported: boolean) => {
    const places = definitions.get(name) ?? []
    if (places.length < MOST_PLACES) places.push({ path, line })
    if (places.length === 1) definitions.set(copied(name), places)
    if (isExported && !isTest(path) && !exported.has(name)) exported.set(copied(name), { path, line })
  }

  function addCode(path: string, text: string): void {
    for (const [, name = ''] of text.matchAll(/["'`]([A-Za-z][\w-]{0,60})["'`]/g)) remember(keys, fold(name))
    for (const [, name = ''] of text.matchAll(/\b([A-Za-z_]\w{0,60})\??\s?[:=]/g)) remember(keys, fold(name))
    for (const name of isTest(path) ? [] : listedExports(text))
      if (!exported.has(name)) exported.set(copied(name), { path, line: 1 })
    for (const [index, line] of splitLines(text).entries()) {
      if (line.length > LONGEST_LINE || /^\s/.test(line)) continue
      const found = definitionIn(line)
      if (found) define(path, index + 1, found.name, found.isExported || isExportedBy(path, found.name))
    }
  }

  function addManifest(path: string, text: string): void {
    if (path.endsWith('package.json')) {
      const manifest = Object(parseJson(text))
      for (const [name, command] of Object.entries(Object(manifest.scripts))) scripts.set(name, String(command))
      if (typeof manifest.bin === 'string') programs.add(String(manifest.name ?? '').replace(/^.*\//, ''))
      else for (const name of Object.keys(Object(manifest.bin))) programs.add(name)
    }
    if (path.endsWith('pyproject.toml')) for (const name of scriptsIn(text)) programs.add(name)
    if (!/(?:^|\/)(?:GNU)?[Mm]akefile$|\.mk$/.test(path)) return
    if (/^-?include\s|^[^\s:]*%/m.test(text)) hasAllTargets = false
    for (const [, names = ''] of text.matchAll(/^([\w./ -]{1,200}?)::?(?!=)/gm))
      for (const name of names.split(/\s+/)) targets.add(name)
  }

  return {
    add(path: string, text: string): void {
      if (!/(?:^|\/)(?:changelog|changes|history|news)[^/]*$/i.test(path)) {
        for (const [option] of text.matchAll(/(?<![\w-])--[A-Za-z][\w-]{0,60}/g)) remember(options, option)
        for (const [word] of text.matchAll(/[A-Za-z][\w-]{1,60}/g)) remember(words, fold(word))
      }
      if (isCode(path)) addCode(path, text)
      addManifest(path, text)
    },
    close(wasReadWhole: boolean): CodeIndex {
      return {
        isComplete: wasReadWhole && !isFull,
        paths: new Set(paths),
        hasFolder: (name) => folders.has(name),
        pathLike: findPath(paths),
        definitionsOf: (name) => definitions.get(name) ?? [],
        exported,
        hasOption: (option) => {
          const name = option.replace(/^--(?:no-)?/, '')
          return [option, `--${name}`].some((one) => options.has(one)) || keys.has(fold(name))
        },
        hasWord: (word) => words.has(fold(word)),
        ...{ scripts, programs, targets: hasAllTargets ? targets : undefined },
      }
    },
  }
}

/** Names that a module of JavaScript exports elsewhere than where it defines them. */
function listedExports(text: string): string[] {
  const lists = [...text.matchAll(/^(?:export\s(?:type\s)?|module\.exports\s?=\s?)\{([^{}]{0,5000})\}/gm)].flatMap(
    ([, list = '']) => list.split(',').map((entry) => entry.replace(/:.*/s, '').trim().split(/\s+/).at(-1) ?? ''),
  )
  const single = [...text.matchAll(/^[ \t]{0,8}(?:module\.)?exports(?:\.|\s?=\s?)([A-Za-z_$][\w$]*)/gm)].map(
    ([, name = '']) => name,
  )
  return [...lists, ...single].filter((name) => /^[A-Za-z_$]/.test(name) && name !== 'default' && name !== 'function')
}

/** In Go a capital exports; in Python all that doesn't begin with an underscore is there to be used. */
const isExportedBy = (path: string, name: string): boolean =>
  (path.endsWith('.go') && /^\p{Lu}/u.test(name)) || (path.endsWith('.py') && !name.startsWith('_'))

/** The names below `[project.scripts]` or `[tool.poetry.scripts]`. */
function scriptsIn(toml: string): string[] {
  let isInside = false
  return splitLines(toml).flatMap((line) => {
    if (line.startsWith('[')) isInside = /^\[(?:project|tool\.poetry)\.scripts\]/.test(line)
    const [, name] = isInside ? (/^["']?([\w.-]+)["']?\s*=/.exec(line) ?? []) : []
    return name === undefined ? [] : [name]
  })
}

/** Which of so many files was meant is not clear anyway. */
const MOST_NAMESAKES = 1_000

function findPath(paths: readonly string[]): CodeIndex['pathLike'] {
  const byName = Map.groupBy(paths, (path) => path.slice(path.lastIndexOf('/') + 1))
  return (path) => {
    const named = byName.get(path.slice(path.lastIndexOf('/') + 1)) ?? []
    if (named.length > MOST_NAMESAKES) return undefined
    const ending = named.filter((one) => one.endsWith(`/${path}`))
    const found = ending.length > 0 ? ending : named
    return found.length === 1 ? found[0] : undefined
  }
}
