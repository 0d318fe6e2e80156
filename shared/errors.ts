import type { PublishedSite } from './site.ts'

/** One thing wrong with a request, in FastAPI's shape, which clients of docsfy know. */
export interface Problem {
  loc: (string | number)[]
  msg: string
  type: string
}

/** Every error that docsfy itself raises, with the details each carries. What a client or a record reads of it is made at the edges. */
export interface ErrorDetails {
  unauthorized: Record<never, never>
  /** A name and a key that do not belong together. */
  'wrong-login': Record<never, never>
  'too-many-failures': { retryAfterSeconds: number }
  /** A page of another site had a browser send it. */
  'cross-site': Record<never, never>
  'invalid-request': { problems: Problem[] }
  'body-too-large': Record<never, never>
  'write-access-required': Record<never, never>
  'admin-required': Record<never, never>
  'local-path-needs-admin': Record<never, never>
  'not-found': { message?: string }
  'bad-request': { message: string }
  'method-not-allowed': { allowed: string[] }
  'already-generating': { path: string }
  'still-generating': { message: string }
  'nothing-to-abort': { name?: string }
  'several-owners': Record<never, never>
  'abort-in-progress': { path: string }
  'already-finished': { path: string }
  'private-address': { resolved: boolean }
  /** The stores did not answer before the work's deadline: what was under way may or may not have been done. */
  'out-of-time': Record<never, never>
  /** The record went on without us: another attempt, an abort, a newer generation. */
  fenced: Record<never, never>
  /** The repository could not be had; `message` says what to do. */
  'clone-failed': { message: string }
  /**
   * An AI CLI gave no usable answer; `message` says what to do, `retries` how often it is worth asking again, `everyCall` that
   * all other calls of the generation would fail likewise.
   */
  'ai-failed': { message: string; retries?: number; everyCall?: boolean }
  /** The generation has taken all the time it may. */
  'timed-out': { message: string }
  /** Some pages could not be written; `published` is the site of the others, where the variant had none. */
  'pages-failed': {
    failed: string[]
    message: string
    published: PublishedSite | undefined
  }
}

export type ErrorCode = keyof ErrorDetails

/** An error with a code from the closed list above; `cause` keeps what led to it. */
export class DomainError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code
  readonly details: ErrorDetails[Code]

  constructor(code: Code, details: ErrorDetails[Code], options?: ErrorOptions) {
    super('message' in details && details.message ? String(details.message) : code, options)
    this.name = 'DomainError'
    this.code = code
    this.details = details
  }
}

/** Narrows to one code. */
export const isDomainError = <Code extends ErrorCode>(error: unknown, code: Code): error is DomainError<Code> =>
  error instanceof DomainError && error.code === code
