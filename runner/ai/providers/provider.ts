import type { ProviderEnv, SecretName } from '../../../shared/providers/descriptors.ts'
import type { Provider } from '../../../shared/variant.ts'
import type { Heard } from '../../process/spawn-group.ts'
import type { Answer } from './usage.ts'

/** One call of a CLI, before it is known which. */
export interface Question {
  model: string
  /** Requests to the model that one call may make. */
  maxTurns: number
  /** US dollars that one call may cost; undefined for no limit. Only `claude` can be told. */
  maxCostUsd: number | undefined
}

/** Of one call or several; those read from a cache are part of `input`. */
export interface Tokens {
  input: number
  cached: number
  output: number
}

/** How a CLI has ended, by itself or by our signal; its output went to its reader. */
export interface CliEnd {
  /** The end of it. */
  stderr: string
  exitCode: number | undefined
}

/** Reads one call's output as it comes, and keeps of it only what the answer needs. */
export interface OutputReader {
  /** Each line, in order, and what it is. */
  line(text: string): Heard
  /** After the last line: what came of the call. */
  finish(end: CliEnd): Answer
}

/** How one CLI is run; `Env` holds the variables of its descriptor, and no other's. */
export interface ProviderAdapter<P extends Provider, Env = ProviderEnv<P>> {
  /** The variable that has to hold its key, by what else is set. */
  keyName(env: Env): SecretName
  /** `home` is where the files below stand. */
  args(question: Question, home: string): string[]
  /** Files of this call's HOME, by their path in it. */
  files(env: Env, question: Question): Record<string, string>
  /** Beside HOME, TMPDIR, PATH and LANG: all that the CLI's environment holds. */
  environment(env: Env, home: string): Record<string, string>
  /** What asks it to end; the group is killed two seconds later. */
  stopSignal: NodeJS.Signals
  /** Without a sign of life for so long, the answer has stalled; undefined where silence tells nothing. */
  silenceMinutes: number | undefined
  /** A reader for one call. */
  read(): OutputReader
  /** What these tokens would cost by the list, in US dollars; null where no price is known. */
  listPrice(model: string, tokens: Tokens, requests: number): number | null
  /** Parts of a clone that the CLI would obey: removed from it, by name, at any depth. */
  agentConfigPaths: readonly string[]
}

/** No answer that is of use is as long. */
const MAX_ANSWER = 2 * 1024 * 1024

/** What a line with a part of the answer is, the answer with it. */
export const heardText = (answer: string): Heard =>
  answer.length <= MAX_ANSWER
    ? 'useful'
    : { end: 'flood', reason: `its answer is longer than ${MAX_ANSWER.toLocaleString('en-US')} characters` }
