import type { ProviderEnv } from '../../../shared/providers/descriptors.ts'
import type { Provider } from '../../../shared/variant.ts'
import type { LineVerdict } from '../../process/spawn-group.ts'
import type { Answer } from './usage.ts'

/** One call, independent of the CLI that answers it. */
export interface Question {
  /** What every call is told beside its task. */
  system: string
  model: string
  /** How many requests to the model one call may make. */
  maxTurns: number
  /** US dollars that one call may cost; undefined for no limit. Only `claude` supports it. */
  maxCostUsd: number | undefined
}

/** Tokens of one or more calls. Those read from the cache are part of `input`. */
export interface Tokens {
  input: number
  cached: number
  output: number
}

/** How a CLI ended, on its own or by our signal. Its output has gone to its reader. */
export interface CliEnd {
  /** Only the tail. */
  stderr: string
  exitCode: number | undefined
}

/** Reads one call's output as it arrives, and keeps only what the answer needs. */
export interface OutputReader {
  /** Called with each line in order; returns what kind of line it is. */
  line(text: string): LineVerdict
  /** Called after the last line; returns the outcome of the call. */
  finish(end: CliEnd): Answer
}

/** How one CLI is run. `Env` holds only the variables of that CLI's descriptor. */
export interface ProviderAdapter<P extends Provider, Env = ProviderEnv<P>> {
  /** The command line. `home` is the folder of the files below. */
  args(question: Question, home: string): string[]
  /** What goes to its standard input. */
  input(question: Question & { prompt: string }): string
  /** Files to write to the call's HOME, by their path in it. */
  files(env: Env, question: Question): Record<string, string>
  /** The CLI's whole environment, apart from HOME, TMPDIR, PATH and LANG. */
  environment(env: Env, home: string): Record<string, string>
  /** The signal that asks it to stop. The process group is killed two seconds later. */
  stopSignal: NodeJS.Signals
  /** After this long without a sign of life the answer counts as stalled; undefined where silence means nothing. */
  silenceMinutes: number | undefined
  /** A reader for one call. */
  read(): OutputReader
  /** The list price of these tokens in US dollars; null when no price is known. */
  listPrice(model: string, tokens: Tokens, requests: number): number | null
}
