import type { Provider } from '../../../shared/variant.ts'
import { DISK_FULL } from '../../disk.ts'

/** What a failure's message may need to know. */
export interface Subject {
  provider: Provider
  model: string
  /** The variable that holds the key. */
  keyName: string
  /** The variable that says where the CLI is, and what it says. */
  executable: { name: string; value: string }
  timeoutMinutes: number
}

/**
 * What is worth asking again: `never` what would only fail again or cost the same again, `once` and `again` (twice) what may
 * pass, `wait` what surely passes, so it is waited for as long as the generation may take.
 */
export type Retry = 'never' | 'once' | 'again' | 'wait'

export interface Failure {
  retry: Retry
  /** Not this call's alone: every other one of the generation would fail likewise, so none is made any more. */
  everyCall?: boolean
  /** What happened and what to do, for whoever asked for the generation. `said` is the CLI's own wording. */
  explain(subject: Subject, said: string): string
}

const quote = (said: string): string => (said ? ` It said: ${said}` : '')

/** Every way a call of an AI CLI can fail. */
export const failures = {
  'not-started': {
    retry: 'never',
    explain: ({ provider, executable }, said) =>
      `${provider} could not be started: '${executable.value}' was not found or cannot run. Install the CLI, or set ${executable.name} to its path. (${said})`,
  },
  broken: {
    retry: 'never',
    explain: ({ executable }, said) => `'${executable.value} --version' failed: ${said}`,
  },
  'no-key': {
    retry: 'never',
    explain: ({ provider, keyName }) => `No key for ${provider}: set ${keyName} and try again`,
  },
  'key-refused': {
    retry: 'never',
    everyCall: true,
    explain: ({ provider, keyName }, said) =>
      `${provider}'s key was refused: set ${keyName} (on AWS: in the service's secret) to a key that is valid for this model, and ask again.${quote(said)}`,
  },
  'no-credit': {
    retry: 'never',
    everyCall: true,
    explain: ({ provider, keyName }, said) =>
      `The account behind ${provider}'s key (${keyName}) has no credit left: top it up, and ask again.${quote(said)}`,
  },
  'quota-used-up': {
    retry: 'never',
    everyCall: true,
    explain: ({ provider }, said) =>
      `${provider}'s quota for today is used up: ask again tomorrow, or use a key with a larger quota.${quote(said)}`,
  },
  'unknown-model': {
    retry: 'never',
    everyCall: true,
    explain: ({ provider, model }, said) =>
      `${provider} does not offer the model '${model}' to this key: ask again with another ai_model.${quote(said)}`,
  },
  'rate-limited': {
    retry: 'wait',
    explain: ({ provider }, said) =>
      `${provider} was at its rate limit until the time for this generation was over: ask again later, lower MAX_CONCURRENT_PAGES, or use a key with a higher limit.${quote(said)}`,
  },
  overloaded: {
    retry: 'wait',
    explain: ({ provider }, said) =>
      `${provider}'s servers were overloaded until the time for this generation was over: ask again later.${quote(said)}`,
  },
  'disk-full': {
    retry: 'wait',
    explain: () => `${DISK_FULL} It had no room until the time for this generation was over`,
  },
  'disk-too-small': {
    retry: 'never',
    everyCall: true,
    explain: () => DISK_FULL,
  },
  'server-error': {
    retry: 'again',
    explain: ({ provider }, said) => `${provider}'s servers failed: ask again later.${quote(said)}`,
  },
  unreachable: {
    retry: 'again',
    explain: ({ provider }, said) =>
      `${provider}'s servers could not be reached: check the network of the task, and ask again.${quote(said)}`,
  },
  stalled: {
    retry: 'once',
    explain: ({ provider }, said) => `${provider}'s answer stopped coming: ask again later.${quote(said)}`,
  },
  'timed-out': {
    retry: 'never',
    explain: ({ provider, timeoutMinutes }) =>
      `${provider} did not answer within ${timeoutMinutes} min: raise ai_cli_timeout (or AI_CLI_TIMEOUT) if the repository is large`,
  },
  empty: {
    retry: 'once',
    explain: ({ provider }) => `${provider} gave an empty answer: ask again, or use another model`,
  },
  refused: {
    retry: 'never',
    explain: ({ model }, said) => `The model '${model}' refused to answer: use another model.${quote(said)}`,
  },
  'cut-off': {
    retry: 'again',
    explain: ({ provider }) => `${provider}'s answer was cut off before its end: ask again, or use another model`,
  },
  'too-long': {
    retry: 'never',
    explain: ({ model }, said) => `The answer is longer than the model '${model}' can write.${quote(said)}`,
  },
  'not-a-page': {
    retry: 'once',
    explain: ({ provider }, said) =>
      `${provider}'s answer was no page of documentation: ${said}. Ask again, or use another model`,
  },
  looped: {
    retry: 'once',
    explain: ({ model }) => `The model '${model}' went round in circles: ask again, or use another model`,
  },
  'turn-limit': {
    retry: 'never',
    explain: ({ provider }) => `${provider} read on without answering until its limit of steps: use another model`,
  },
  'cost-limit': {
    retry: 'never',
    explain: ({ provider }, said) =>
      `One call of ${provider} reached its cost limit: raise MAX_CALL_COST_USD or MAX_COST_USD, and ask again. What is finished is kept.${quote(said)}`,
  },
  'too-large': {
    retry: 'never',
    explain: ({ model }, said) => `The question is too large for the model '${model}'.${quote(said)}`,
  },
  rejected: {
    retry: 'never',
    explain: ({ provider }, said) => `${provider} failed: ${said}`,
  },
  unsafe: {
    retry: 'never',
    everyCall: true,
    explain: ({ provider }, said) =>
      `${provider} was stopped, since it is not shut off as it must be: ${said}. Install the version that docsfy's documentation names.`,
  },
  misused: {
    retry: 'never',
    everyCall: true,
    explain: ({ provider }, said) =>
      `${provider} did not take docsfy's command line: install the version that docsfy's documentation names.${quote(said)}`,
  },
  flooded: {
    retry: 'never',
    explain: ({ provider }, said) =>
      `${provider} was stopped: ${said}. Install the version that docsfy's documentation names, or use another model`,
  },
  crashed: {
    retry: 'again',
    explain: ({ provider }, said) => `${provider} ended without a result.${quote(said)}`,
  },
} as const satisfies Record<string, Failure>

export type FailureKind = keyof typeof failures

/** What an HTTP status of a model's API means. */
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

/** The kind that a CLI's wording tells, by the first pattern that fits. */
export const kindOfText = (text: string, table: readonly [RegExp, FailureKind][]): FailureKind | undefined =>
  table.find(([pattern]) => pattern.test(text))?.[1]
