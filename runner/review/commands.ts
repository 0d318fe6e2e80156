import type { Unconfirmed } from '../../shared/page.ts'
import type { PageFacts } from '../site/page-facts.ts'
import type { CodeIndex } from './code-index.ts'

/** Fences in these languages, or in none, show what a reader types. */
const SHELL = new Set(['', 'sh', 'bash', 'shell', 'zsh', 'console', 'shell-session', 'terminal', 'text', 'shellscript'])

/** More of one page is not looked at. */
const MOST_TEXTS = 2_000
const LONGEST_TEXT = 500

/**
 * Lists the options and commands in a page that the code doesn't have: options of the repository's own programs and options alone,
 * scripts of package.json, targets of a makefile, words after a program of its own, and files that are to be run. What belongs to other
 * programs is not judged, and nothing is in a repository that was too large to be read.
 */
export function unknownCommands({ codes, blocks }: PageFacts, code: CodeIndex): Unconfirmed[] {
  if (!code.isComplete) return []
  const shell = blocks.filter(({ language }) => SHELL.has(language)).flatMap(({ lines }) => lines)
  const texts = [...codes, ...shell].slice(0, MOST_TEXTS).filter((text) => text.length <= LONGEST_TEXT)
  const unknown = texts.flatMap((text) => commandsIn(text).flatMap((words) => unknownIn(words, code)))
  return [...new Map(unknown.map((one) => [`${one.kind} ${one.text}`, one])).values()]
}

/** The commands of a line, as words. */
const commandsIn = (line: string): string[][] =>
  line
    .replace(/^\s*[$>%]\s+/, '')
    .replace(/\s#\s.*$/, '')
    .split(/&&|\|\|?|;/)
    .map((command) => withoutAssignments(command.trim().split(/\s+/)))
    .filter((words) => words[0] !== '')

/** Without the variables that are set for a command. */
function withoutAssignments(words: string[]): string[] {
  const start = words.findIndex((word) => !/^[A-Z_]\w*=/.test(word))
  return start < 0 ? [] : words.slice(start)
}

function unknownIn(words: readonly string[], code: CodeIndex): Unconfirmed[] {
  const [first = '', second = ''] = words
  if (first.startsWith('--')) return unknownOptions([first], code)
  if (first === 'npx' && code.programs.has(second)) return unknownOf(words.slice(1), code)
  if (code.programs.has(first)) return unknownOf(words, code)
  if (['npm', 'pnpm', 'yarn', 'bun'].includes(first)) return unknownScript(words, code)
  if (first === 'make') return unknownTarget(words.slice(1), code)
  if (['node', 'tsx', 'python', 'python3', 'deno', 'bash', 'sh'].includes(first))
    return unknownFile(words.slice(1), code)
  return first.startsWith('./') ? unknownFile(words, code) : []
}

/** A program of the repository's own: its first argument may be a command. */
function unknownOf([program = '', argument = '', ...rest]: readonly string[], code: CodeIndex): Unconfirmed[] {
  const isUnknown = /^[a-z][a-z-]{2,}$/.test(argument) && !code.hasWord(argument)
  const commands: Unconfirmed[] = isUnknown ? [{ kind: 'command', text: `${program} ${argument}` }] : []
  return [...commands, ...unknownOptions([argument, ...rest], code)]
}

function unknownScript(words: readonly string[], code: CodeIndex): Unconfirmed[] {
  const [manager = '', verb = '', script = ''] = words
  const isRun = verb === 'run' || verb === 'run-script'
  const name = isRun ? script : manager === 'npm' && ['test', 'start', 'stop', 'restart'].includes(verb) ? verb : ''
  if (!/^[\w:.-]+$/.test(name) || name.startsWith('-')) return []
  const command = code.scripts.get(name)
  if (command === undefined && !(verb === 'start' && code.paths.has('server.js')))
    return [{ kind: 'command', text: isRun ? `${manager} run ${name}` : `${manager} ${name}` }]
  const end = words.indexOf('--')
  const runsOwnCode = /^(?:exec\s)?(?:node|tsx|python3?|deno|bun)\s/.test(command ?? '')
  return end >= 0 && runsOwnCode ? unknownOptions(words.slice(end + 1), code) : []
}

function unknownTarget(words: readonly string[], { targets, paths }: CodeIndex): Unconfirmed[] {
  const [target = ''] = words
  if (!targets || words.length !== 1 || !/^[a-z][\w-]*$/.test(target) || targets.has(target)) return []
  return paths.has('CMakeLists.txt') || paths.has('configure.ac') ? [] : [{ kind: 'command', text: `make ${target}` }]
}

/** A file in a folder of the repository, with options of its own. Files that a build makes are in no folder of it. */
function unknownFile(words: readonly string[], code: CodeIndex): Unconfirmed[] {
  const at = words.findIndex((word) => !word.startsWith('-'))
  const path = (words[at] ?? '').replace(/^\.\//, '')
  if (code.paths.has(path)) return unknownOptions(words.slice(at + 1), code)
  const isOurs = /^(?:[\w.-]+\/)+[\w.-]+\.\w+$/.test(path) && code.hasFolder(path.slice(0, path.indexOf('/')))
  return isOurs ? [{ kind: 'command', text: path }] : []
}

/** Every program has these. */
const USUAL = new Set(['--help', '--version'])

function unknownOptions(words: readonly string[], code: CodeIndex): Unconfirmed[] {
  const options = words.flatMap((word) => /^--[A-Za-z][\w-]*/.exec(word)?.[0] ?? [])
  return options
    .filter((option) => !USUAL.has(option) && !code.hasOption(option))
    .map((text) => ({ kind: 'option', text }))
}
