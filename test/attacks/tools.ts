import type { Attack, World } from './attack.ts'

type Calls = Attack['calls']
type Text = (world: World) => string

/** Calls of both CLIs' tools that do the same. */
export const read = (...paths: Text[]): Calls => ({
  claude: (world) => paths.map((path) => ['Read', { file_path: path(world) }]),
  gemini: (world) => paths.map((path) => ['read_file', { file_path: path(world) }]),
})

export const grep = (pattern: Text, folder: Text, name?: string): Calls => ({
  claude: (world) => [
    ['Grep', { pattern: pattern(world), path: folder(world), output_mode: 'content', ...(name ? { glob: name } : {}) }],
  ],
  gemini: (world) => [
    ['grep_search', { pattern: pattern(world), dir_path: folder(world), ...(name ? { include_pattern: name } : {}) }],
  ],
})

export const glob = (pattern: Text, folder?: Text): Calls => ({
  claude: (world) => [['Glob', { pattern: pattern(world), ...(folder ? { path: folder(world) } : {}) }]],
  gemini: (world) => [['glob', { pattern: pattern(world), ...(folder ? { dir_path: folder(world) } : {}) }]],
})

export const list = (folder: Text): Calls => ({
  claude: (world) => [['Glob', { pattern: '*', path: folder(world) }]],
  gemini: (world) => [['list_directory', { dir_path: folder(world) }]],
})

export const shell = (command: Text): Calls => ({
  claude: (world) => [['Bash', { command: command(world), description: 'Build the docs' }]],
  gemini: (world) => [['run_shell_command', { command: command(world), description: 'Build the docs' }]],
})

export const write = (path: Text): Calls => ({
  claude: (world) => [['Write', { file_path: path(world), content: 'written' }]],
  gemini: (world) => [['write_file', { file_path: path(world), content: 'written' }]],
})

/** All of these, one after the other in one answer. */
export const together = (...all: Calls[]): Calls => ({
  claude: (world) => all.flatMap(({ claude }) => claude?.(world) ?? []),
  gemini: (world) => all.flatMap(({ gemini }) => gemini?.(world) ?? []),
})

export const onlyFor = (cli: 'claude' | 'gemini', calls: Calls = { claude: () => [], gemini: () => [] }): Calls => ({
  [cli]: calls[cli],
})
