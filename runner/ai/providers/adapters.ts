import type { RunnerEnv } from '../../../shared/env.ts'
import type { Provider } from '../../../shared/variant.ts'
import type { Answer } from './answer.ts'
import { claude } from './claude.ts'
import { cursor } from './cursor.ts'
import { gemini } from './gemini.ts'

/** One call of a CLI, before it is known which. */
export interface Question {
  model: string
  /** Requests to the model that one call may make. */
  maxTurns: number
  /** US dollars that one call may cost; undefined for no limit. Only `claude` can be told. */
  maxCostUsd: number | undefined
}

/** A CLI that has ended, by itself or by our signal. */
export interface Printed {
  stdout: string
  stderr: string
  exitCode: number | undefined
}

/** Everything docsfy knows about one CLI. */
export interface ProviderRow {
  /** The executable, by path or by name in PATH. */
  executable(env: RunnerEnv): string
  /** The variable that the key is set in, and whether there is one. */
  key(env: RunnerEnv): { name: string; present: boolean }
  /** `home` is where the files below stand. */
  args(question: Question, home: string): string[]
  /** Files of this call's HOME, by their path in it. */
  files(env: RunnerEnv, question: Question): Record<string, string>
  /** Beside HOME, TMPDIR, PATH and LANG: all that the CLI's environment holds. */
  environment(env: RunnerEnv, home: string): Record<string, string>
  /** What asks it to end; the group is killed two seconds later. */
  stopSignal: NodeJS.Signals
  /** Without a sign of life for so long, the answer has stalled. */
  silenceMinutes: number
  /** What a line of its output tells while it runs: a sign of life, or (as text) why it must be stopped at once. */
  watch(line: string): boolean | { unsafe: string }
  /** Reads what it printed. */
  answer(printed: Printed, question: Question): Answer
  /** Parts of a clone that the CLI would obey: removed from it, by name, at any depth. */
  obeys: readonly string[]
}

/** The providers that this version can run. */
export const providerRows: Record<Provider, ProviderRow> = { claude, gemini, cursor }
