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
  /** When the limit that the call has hit ends, in words, if the CLI names it. */
  limitEnds?: string
}

/**
 * Whether a failed call is retried: `never` when it would only fail or cost the same again, `once` or `again` (twice) when the
 * failure may be transient, `wait` when it surely is, for as long as the generation has time, `wait-if-named` when the CLI says how
 * long that is.
 */
export type Retry = 'never' | 'once' | 'again' | 'wait' | 'wait-if-named'

export interface Failure {
  retry: Retry
  /** Every other call of the generation would fail the same way, so no more are made. */
  everyCall?: boolean
  /** What happened and what to do, for the user who requested the generation. `message` is the CLI's own wording. */
  explain(subject: Subject, message: string): string
}

const untilItEnds = (whose: string, limitEnds: string, message: string): string =>
  `${whose} lasts until ${limitEnds}, longer than this generation may run. Try again then, or use a key with a higher limit.${quote(message)}`

const quote = (message: string): string => (message ? ` It said: ${message}` : '')

/** Every way a call of an AI CLI can fail. */
export const failures = {
  'not-started': {
    retry: 'never',
    explain: ({ provider, executable }, message) =>
      `${provider} could not be started: '${executable.value}' was not found or is not executable. Install the CLI, or set ${executable.name} to its path. (${message})`,
  },
  broken: {
    retry: 'never',
    explain: ({ executable }, message) => `'${executable.value} --version' failed: ${message}`,
  },
  'no-key': {
    retry: 'never',
    explain: ({ provider, keyName }) => `There is no key for ${provider}. Set ${keyName} and try again`,
  },
  'key-refused': {
    retry: 'never',
    everyCall: true,
    explain: ({ provider, keyName }, message) =>
      `${provider}'s key was refused. Set ${keyName} (on AWS: in the service's secret) to a key that is valid for this model, and try again.${quote(message)}`,
  },
  'no-credit': {
    retry: 'never',
    everyCall: true,
    explain: ({ provider, keyName }, message) =>
      `The account behind ${provider}'s key (${keyName}) has no credit left. Top it up and try again.${quote(message)}`,
  },
  'quota-used-up': {
    retry: 'wait-if-named',
    everyCall: true,
    explain: ({ provider, limitEnds }, message) =>
      limitEnds
        ? untilItEnds(`The limit on ${provider}'s quota`, limitEnds, message)
        : `${provider}'s quota for today is used up. Try again tomorrow, or use a key with a larger quota.${quote(message)}`,
  },
  'usage-limit': {
    retry: 'wait-if-named',
    everyCall: true,
    explain: ({ provider, keyName, limitEnds }, message) =>
      limitEnds
        ? untilItEnds(`The usage limit of ${provider}'s account`, limitEnds, message)
        : `The account behind ${provider}'s key (${keyName}) has reached its usage limit. Raise that limit, or try again when it resets.${quote(message)}`,
  },
  'unknown-model': {
    retry: 'never',
    everyCall: true,
    explain: ({ provider, model }, message) =>
      `${provider} does not offer the model '${model}' to this key. Try again with another ai_model.${quote(message)}`,
  },
  'rate-limited': {
    retry: 'wait',
    explain: ({ provider, limitEnds }, message) =>
      limitEnds
        ? untilItEnds(`${provider}'s rate limit`, limitEnds, message)
        : `${provider} was still at its rate limit when this generation ran out of time. Try again later, lower MAX_CONCURRENT_PAGES, or use a key with a higher limit.${quote(message)}`,
  },
  overloaded: {
    retry: 'wait',
    explain: ({ provider }, message) =>
      `${provider}'s servers were still overloaded when this generation ran out of time. Try again later.${quote(message)}`,
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
    explain: ({ provider }, message) => `${provider}'s servers failed. Try again later.${quote(message)}`,
  },
  unreachable: {
    retry: 'again',
    explain: ({ provider }, message) =>
      `${provider}'s servers could not be reached. Check the task's network and try again.${quote(message)}`,
  },
  stalled: {
    retry: 'once',
    explain: ({ provider }, message) => `${provider} stopped sending its answer. Try again later.${quote(message)}`,
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
    explain: ({ model }, message) => `The model '${model}' refused to answer. Use another model.${quote(message)}`,
  },
  'cut-off': {
    retry: 'again',
    explain: ({ provider }) => `${provider}'s answer was cut off. Try again, or use another model`,
  },
  'too-long': {
    retry: 'never',
    explain: ({ model }, message) =>
      `The answer is longer than the model '${model}' can write. Use another model.${quote(message)}`,
  },
  'not-a-page': {
    retry: 'once',
    explain: ({ provider }, message) =>
      `${provider}'s answer was not a documentation page: ${message}. Try again, or use another model`,
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
    explain: ({ provider }, message) =>
      `One call of ${provider} reached its cost limit. Raise MAX_CALL_COST_USD or MAX_COST_USD and try again. Finished pages are kept.${quote(message)}`,
  },
  'too-large': {
    retry: 'never',
    explain: ({ model }, message) =>
      `The prompt is too large for the model '${model}'. Use a model with a larger context.${quote(message)}`,
  },
  rejected: {
    retry: 'never',
    explain: ({ provider }, message) => `${provider} failed: ${message}`,
  },
  unsafe: {
    retry: 'never',
    everyCall: true,
    explain: ({ provider }, message) =>
      `${provider} was stopped because it is not locked down as required: ${message}. Install the version named in docsfy's documentation.`,
  },
  misused: {
    retry: 'never',
    everyCall: true,
    explain: ({ provider }, message) =>
      `${provider} rejected docsfy's command line. Install the version named in docsfy's documentation.${quote(message)}`,
  },
  flooded: {
    retry: 'never',
    explain: ({ provider }, message) =>
      `${provider} was stopped: ${message}. Install the version named in docsfy's documentation, or use another model`,
  },
  crashed: {
    retry: 'again',
    explain: ({ provider }, message) => `${provider} ended without a result.${quote(message)}`,
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

/** Wordings that mean the same from every CLI. They come last: they may also stand in what another failure says. */
export const networkWordings: [RegExp, FailureKind][] = [
  [
    /ECONN(REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|connection (lost|error)|unable to connect|fetch failed|socket hang up|certificate/i,
    'unreachable',
  ],
]

/** Wordings for a prompt that doesn't fit, from every CLI and API. */
export const TOO_LARGE =
  /(prompt|request|input) is too (long|large)|too many tokens|token count.*exceeds|payload size exceeds|context.?(window|length|limit)|maximum context/i

/** The kind for a CLI's wording: that of the first pattern to match. */
export const kindOfText = (text: string, table: readonly [RegExp, FailureKind][]): FailureKind | undefined =>
  table.find(([pattern]) => pattern.test(text))?.[1]
