import type { RunnerEnv } from '../../shared/env.ts'
import type { Provider } from '../../shared/variant.ts'
import { claude } from './claude.ts'

/** One call of a CLI, before it is known which. */
export interface Question {
  model: string
  /** Requests to the model that one call may make. */
  maxTurns: number
  /** US dollars that one call may cost; undefined for no limit. */
  maxCostUsd: number | undefined
}

/** What a CLI's output says, once it has ended by itself. */
export type Answer =
  | { ok: true; text: string; costUsd: number }
  | { ok: false; message: string; retryable: boolean; costUsd: number }

/** Everything docsfy knows about one CLI. */
export interface ProviderRow {
  /** The executable, by path or by name in PATH. */
  executable(env: RunnerEnv): string
  /** The variable that holds the key, for messages, and its value. */
  key(env: RunnerEnv): { variable: string; value: string | undefined }
  args(question: Question): string[]
  /** Beside HOME, TMPDIR, PATH and LANG: all that the CLI's environment holds. */
  environment(env: RunnerEnv): Record<string, string>
  /** Reads what the CLI printed. */
  answer(stdout: string, stderr: string, exitCode: number | undefined): Answer
}

/** The providers that this version can run. */
export const providerRows: Partial<Record<Provider, ProviderRow>> = { claude }
