import type { PublishedSite } from './site.ts'

/** One thing wrong with a request, in FastAPI's shape, which clients of docsfy know. */
export interface Problem {
  loc: (string | number)[]
  msg: string
  type: string
}

/** No details. */
type None = Record<never, never>

/** Why a request is refused, with the details each reason carries. What a client reads of it stands in one table, at the edge. */
export interface RequestErrors {
  unauthorized: None
  /** A name and a key that do not belong together. */
  'wrong-login': None
  'credentials-required': None
  'too-many-failures': { retryAfterSeconds: number }
  /** A page of another site had a browser send it. */
  'cross-site': None
  'write-access-required': None
  'admin-required': None
  'local-path-needs-admin': None

  'malformed-path': None
  'not-found': None
  'method-not-allowed': { allowed: string[] }
  'invalid-request': { problems: Problem[] }
  'body-too-large': None

  'username-required': None
  'invalid-username': { username: string }
  'invalid-role': { role: string }
  'user-exists': { username: string }
  'user-not-found': { username: string }
  'own-account': None
  'admin-key-not-rotatable': None
  'key-too-short': { shortest: number }
  'key-too-long': { longest: number }
  'key-not-printable': None
  /** Of somebody else; which is not said. */
  'key-taken': None
  'user-still-generating': { username: string }

  'invalid-provider': { provider: string; known: readonly string[] }
  'model-required': None
  'invalid-project-name': { name: string | undefined }
  'private-address': { resolved: boolean }
  'path-not-found': { path: string }
  'path-without-git': { path: string }
  'already-generating': { path: string }

  'project-not-found': { name: string; owner?: string }
  'variant-not-found': None
  'generation-not-found': None
  'invalid-generation-id': None
  'variant-not-ready': None
  'no-ready-variant': { name: string }
  'no-docs': None
  'file-not-found': None
  'path-leaves-site': None
  'owner-required': None
  'owner-required-to-delete': None
  'several-owners': None
  'variant-still-generating': { path: string }
  'project-still-generating': { name: string }

  'nothing-to-abort': { name?: string }
  'abort-in-progress': { path: string }
  'already-finished': { path: string }

  /** The stores did not answer before the work's deadline: what was under way may or may not have been done. */
  'out-of-time': None
}

/** Why a generation, or one attempt at it, ends without success. `message` is what its record will say. */
export interface GenerationErrors {
  /** The record went on without us: another attempt, an abort, a newer generation. */
  fenced: None
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

/** Every error that docsfy itself raises. */
export type ErrorDetails = RequestErrors & GenerationErrors
export type ErrorCode = keyof ErrorDetails
export type RequestErrorCode = keyof RequestErrors

/** An error with a code from the closed lists above; `cause` keeps what led to it. */
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
