/** The CLIs that attacks are tried on. */
export type Cli = 'claude' | 'gemini'

export type Family =
  | 'hooks'
  | 'MCP servers'
  | 'settings'
  | 'helpers'
  | 'environment in settings'
  | 'instructions and imports'
  | 'links out'
  | 'path tricks'
  | 'case and Unicode'
  | 'git'
  | 'names that are options'
  | 'tools'
  | '/proc'
  | 'other workspaces and keys'

/** A call that the hostile model makes: the tool's name and its input. */
export type ToolCall = [name: string, input: object]

/** Where an attack happens. Everything is made anew for each run, below one folder. */
export interface World {
  folder: string
  /** A folder that anyone may write to. A program of the attacker shows here that it ran. */
  marks: string
  /** A file outside the clone with the secret in it. Any user may read it: only the CLI's own limits keep it away. */
  outside: string
  /** A shell command that leaves a mark. */
  command: string
  /** The attacker's server. Nothing that we start has any business there. */
  server: string
  /** The text that must not reach the model or the attacker. */
  secret: string
  /** The repository that is cloned. */
  repository: string
  /** The clone, once it exists. */
  clone: string
  /** The HOME of the person who runs docsfy, with their own git settings and keys. */
  operator: string
  /** The process that runs the CLI, which has the secret in its environment. */
  pid: number
}

/** What the attacker puts into a repository. */
export interface Tree {
  files?: Record<string, string>
  /** Symbolic links, by their path, with their targets. */
  links?: Record<string, string>
  /** Further git commands in the repository, after the files were committed. */
  git?: string[][]
  /** Entries that git refuses to add: the raw names in one folder at the top, each with one file in it. */
  folders?: string[]
}

/** What is off in the control, which shows that the attack works: nothing of ours is on unless it says so. */
export interface Control {
  /** `plain`: `git clone`, with the operator's settings, links and submodules. `ours`: as the runner does it. */
  clone?: 'plain' | 'ours'
  /**
   * `permissive`: everything is allowed. `plain`: the folder is trusted and its settings are loaded, but nothing is allowed beyond them.
   * `ours`: as the runner starts it.
   */
  cli?: 'permissive' | 'plain' | 'ours'
  /** `runner`: the CLI has the runner's own user. */
  user?: 'runner'
}

/** One attack. Whether it succeeded is told by what it leaves: see `signs.ts`. */
export interface Attack {
  id: string
  family: Family
  /** What the attacker does. */
  how: string
  /** Whether it belongs to the short selection that every change has to pass. */
  quick?: true
  /** The repository, where it matters. */
  repository?(world: World, cli: Cli): Tree
  /** Files in the operator's HOME, where an attack uses them. */
  operator?(world: World): Record<string, string>
  /** Prepares anything else on the machine. */
  prepare?(world: World): Promise<void>
  /** Serves the repository over HTTP in place of the folder. Gives its address. */
  serve?(world: World): Promise<{ url: string } & AsyncDisposable>
  /** What the hostile model asks for. An attack without any of a CLI's tools is not tried on that CLI. */
  calls: { [C in Cli]?: (world: World) => ToolCall[] }
  /** The model's name, as a user sends it. */
  model?(world: World): string
  /** The repository's address, as a user sends it. */
  address?(world: World): string
  /** The branch, as a user sends it. */
  ref?(world: World): string
  /** The title of the page to write, as the model planned it. */
  title?(world: World): string
  /** Tools that must not even be offered. */
  forbids?: { [C in Cli]?: string[] }
  /** Whether a path in the clone is what the attacker wanted there. */
  exposes?(path: string): boolean
  control?: Control
  /** Whether the clone is refused, so that no CLI ever starts. */
  refused?: true
  /**
   * Whether the way a CLI is started has to hold the attack alone, too, in a clone that still has all its files. If omitted, it has to
   * where the control is that a CLI is started plainly.
   */
  cliAlone?: boolean
}

/** No calls: the attack is in what the CLI or git does by itself. */
export const noCalls = { claude: () => [], gemini: () => [] }
