import { parseArgs } from 'node:util'

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

const options = {
  print: { ...flag, short: 'p' },
  version: { ...flag, short: 'v' },
  help: { ...flag, short: 'h' },
  verbose: flag,
  restricted: flag,
  'strict-mcp-config': flag,
  'disable-slash-commands': flag,
  'no-session-persistence': flag,
  'include-partial-messages': flag,
  model: { ...text, default: 'stand-in' },
  'output-format': { ...text, default: 'text' },
  tools: { ...text, default: 'Read,Grep,Glob' },
  'setting-sources': text,
  'permission-mode': { ...text, default: 'default' },
  'permission-prompts': text,
  'system-prompt': text,
  'max-turns': text,
  'max-budget-usd': text,
  settings: text,
} as const

export interface CommandLine {
  version: boolean
  help: boolean
  model: string
  format: string
  /** The allowed tools in alphabetical order, as the real CLI announces them. */
  tools: string[]
  permissionMode: string
  /** The prompt if given as an argument, else ''. */
  prompt: string
}

/**
 * Reads the options of `claude` that a headless, read-only run uses.
 * @throws a usage error for anything else.
 */
export function readCommandLine(argv: string[]): CommandLine {
  const { values, positionals } = parse(argv)
  const format = values['output-format']
  if (!['text', 'json', 'stream-json'].includes(format)) {
    throw new Error(`option '--output-format <format>' argument '${format}' is invalid.`)
  }
  if (format === 'stream-json' && !values.verbose) {
    throw new Error('When using --print, --output-format=stream-json requires --verbose')
  }
  return {
    version: values.version ?? false,
    help: values.help ?? false,
    model: values.model,
    format,
    tools: values.tools.split(',').filter(Boolean).sort(),
    permissionMode: values['permission-mode'],
    prompt: positionals.join(' '),
  }
}

function parse(argv: string[]) {
  try {
    return parseArgs({ args: withValues(argv), options, allowPositionals: true })
  } catch (error) {
    const unknown = /^Unknown option '([^']*)'/.exec(error instanceof Error ? error.message : '')
    throw unknown ? new Error(`unknown option '${unknown[1]}'`, { cause: error }) : error
  }
}

/** Joins each option with its value, even if the value begins with a dash. */
function withValues(argv: string[]): string[] {
  const takesValue = (word: string | undefined) =>
    Object.entries(options).some(([name, { type }]) => type === 'string' && word === `--${name}`)
  const words: string[] = []
  for (let index = 0; index < argv.length; index++) {
    const [word = '', value] = argv.slice(index, index + 2)
    if (takesValue(word) && value !== undefined) index++
    words.push(takesValue(word) && value !== undefined ? `${word}=${value}` : word)
  }
  return words
}

/** What `--help` prints. */
export const usage = `Usage: claude -p [options] < prompt

docsfy's stand-in for Claude Code. It uses no model: it assembles documentation from the files in the current folder.

Options:
${Object.entries(options)
  .map(([name, option]) => `  --${name}${option.type === 'string' ? ' <value>' : ''}`)
  .join('\n')}
`
