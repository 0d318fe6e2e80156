import type { Provider } from '../../../shared/variant.ts'
import { DISK_FULL } from '../../disk.ts'

/** What a failure's message can mention. */
export interface Subject {
  provider: Provider
  model: string
  /** The variable that holds the key. */
  keyName: string
  /** The variable that locates the CLI, and its value. */
  executable: { name: string; value: string }
  timeoutMinutes: number
}

/**
 * Whether a failed call is retried: `never` when it would only fail or cost the same again, `once` or `again` (twice) when the
 * failure may be transient, `wait` when it surely is, for as long as the generation has time.
 */
export type Retry = 'never' | 'once' | 'again' | 'wait'

export interface Failure {
  retry: Retry
  /** Every other call of the generation would fail the same way, so no more are made. */
  everyCall?: boolean
  /** What happened and what to do, for the user who requested the generation. `said` is the CLI's own wording. */
  explain(subject: Subject, said: string): string
}

const quote = (said: string): string => (said ? ` It said: ${said}` : '')

/** Every way a call of an AI CLI can fail. */
export const failures = {
  'not-started': {
    retry: 'never',
    explain: ({ provider, executable }, said) =>
      `${provider} could not be started: '${executable.value}' was not found or is not executable. Install the CLI, or set ${executable.name} to its path. (${said})`,
  },
  broken: {
    retry: 'never',
    explain: ({ executable }, said) => `'${executable.value} --version' failed: ${said}`,
  },
  'no-key': {
    retry: 'never',
    explain: ({ provider, keyName }) => `There is no key for ${provider}. Set ${keyName} and try again`,
  },
  'key-refused': {
    retry: 'never',
    everyCall: true,
    explain: ({ provider, keyName }, said) =>
      `${provider}'s key was refused. Set ${keyName} (on AWS: in the service's secret) to a key that is valid for this model, and try again.${quote(said)}`,
  },
  'no-credit': {
    retry: 'never',
    everyCall: true,
    explain: ({ provider, keyName }, said) =>
      `The account behind ${provider}'s key (${keyName}) has no credit left. Top it up and try again.${quote(said)}`,
  },
  'quota-used-up': {
    retry: 'never',
    everyCall: true,
    explain: ({ provider }, said) =>
      `${provider}'s quota for today is used up. Try again tomorrow, or use a key with a larger quota.${quote(said)}`,
  },
  'unknown-model': {
    retry: 'never',
    everyCall: true,
    explain: ({ provider, model }, said) =>
      `${provider} does not offer the model '${model}' to this key. Try again with another ai_model.${quote(said)}`,
  },
  'rate-limited': {
    retry: 'wait',
    explain: ({ provider }, said) =>
      `${provider} was still at its rate limit when this generation ran out of time. Try again later, lower MAX_CONCURRENT_PAGES, or use a key with a higher limit.${quote(said)}`,
  },
  overloaded: {
    retry: 'wait',
    explain: ({ provider }, said) =>
      `${provider}'s servers were still overloaded when this generation ran out of time. Try again later.${quote(said)}`,
  },
  'disk-full': {
    retry: 'wait',
    explain: () => `${DISK_FULL} It was still full when this generation ran out of time`,
  },
  'disk-too-small': {
    retry: 'never',
    everyCall: true,
    explain: () => DISK_FULL,
  },
  'server-error': {
    retry: 'again',
    explain: ({ provider }, said) => `${provider}'s servers failed. Try again later.${quote(said)}`,
  },
  unreachable: {
    retry: 'again',
    explain: ({ provider }, said) =>
      `${provider}'s servers could not be reached. Check the task's network and try again.${quote(said)}`,
  },
  stalled: {
    retry: 'once',
    explain: ({ provider }, said) => `${provider} stopped sending its answer. Try again later.${quote(said)}`,
  },
  'timed-out': {
    retry: 'never',
    explain: ({ provider, timeoutMinutes }) =>
      `${provider} did not answer within ${timeoutMinutes} min. If the repository is large, raise ai_cli_timeout (or AI_CLI_TIMEOUT)`,
  },
  empty: {
    retry: 'once',
    explain: ({ provider }) => `${provider} gave an empty answer. Try again, or use another model`,
  },
  refused: {
    retry: 'never',
    explain: ({ model }, said) => `The model '${model}' refused to answer. Use another model.${quote(said)}`,
  },
  'cut-off': {
    retry: 'again',
    explain: ({ provider }) => `${provider}'s answer was cut off. Try again, or use another model`,
  },
  'too-long': {
    retry: 'never',
    explain: ({ model }, said) =>
      `The answer is longer than the model '${model}' can write. Use another model.${quote(said)}`,
  },
  'not-a-page': {
    retry: 'once',
    explain: ({ provider }, said) =>
      `${provider}'s answer was not a documentation page: ${said}. Try again, or use another model`,
  },
  looped: {
    retry: 'once',
    explain: ({ model }) => `The model '${model}' got stuck in a loop. Try again, or use another model`,
  },
  'turn-limit': {
    retry: 'never',
    explain: ({ provider }) => `${provider} used up its turns without answering. Use another model`,
  },
  'cost-limit': {
    retry: 'never',
    explain: ({ provider }, said) =>
      `One call of ${provider} reached its cost limit. Raise MAX_CALL_COST_USD or MAX_COST_USD and try again. Finished pages are kept.${quote(said)}`,
  },
  'too-large': {
    retry: 'never',
    explain: ({ model }, said) =>
      `The prompt is too large for the model '${model}'. Use a model with a larger context.${quote(said)}`,
  },
  rejected: {
    retry: 'never',
    explain: ({ provider }, said) => `${provider} failed: ${said}`,
  },
  unsafe: {
    retry: 'never',
    everyCall: true,
    explain: ({ provider }, said) =>
      `${provider} was stopped because it is not locked down as required: ${said}. Install the version named in docsfy's documentation.`,
  },
  misused: {
    retry: 'never',
    everyCall: true,
    explain: ({ provider }, said) =>
      `${provider} rejected docsfy's command line. Install the version named in docsfy's documentation.${quote(said)}`,
  },
  flooded: {
    retry: 'never',
    explain: ({ provider }, said) =>
      `${provider} was stopped: ${said}. Install the version named in docsfy's documentation, or use another model`,
  },
  crashed: {
    retry: 'again',
    explain: ({ provider }, said) => `${provider} ended without a result.${quote(said)}`,
  },
} as const satisfies Record<string, Failure>

export type FailureKind = keyof typeof failures

/** The failure that an HTTP status of a model's API stands for. */
export function kindOfStatus(status: number): FailureKind {
  if (status in byStatus) return byStatus[status] ?? 'rejected'
  return status >= 500 ? 'server-error' : 'rejected'
}

const byStatus: Record<number, FailureKind> = {
  401: 'key-refused',
  402: 'no-credit',
  403: 'key-refused',
  404: 'unknown-model',
  408: 'server-error',
  409: 'server-error',
  413: 'too-large',
  429: 'rate-limited',
  503: 'overloaded',
  529: 'overloaded',
}

/** The kind for a CLI's wording: that of the first pattern to match. */
export const kindOfText = (text: string, table: readonly [RegExp, FailureKind][]): FailureKind | undefined =>
  table.find(([pattern]) => pattern.test(text))?.[1]
