import type { PublishedSite } from './site.ts'

/** A validation problem, in the FastAPI format that docsfy clients expect. */
export interface Problem {
  loc: (string | number)[]
  msg: string
  type: string
}

/** No details. */
type None = Record<never, never>

/** Why a request is refused, with the details of each reason. `functions/http` maps them to statuses and texts. */
export interface RequestErrors {
  unauthorized: None
  'wrong-login': None
  'credentials-required': None
  'too-many-failures': { retryAfterSeconds: number }
  /** The request was sent by a page on another site. */
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
  'key-too-simple': None
  /** The key belongs to another user, who is not named. */
  'key-taken': None
  'user-still-generating': { username: string }

  'invalid-provider': { provider: string; known: readonly string[] }
  'model-required': None
  'invalid-project-name': { name: string | undefined }
  'private-address': { resolved: boolean }
  'path-not-found': { path: string }
  'path-without-git': { path: string }
  'already-generating': { path: string }
  /** The owner has `queued` generations waiting, and may not have more. */
  'queue-full': { queued: number; max: number }
  /** The published site was made from another repository. */
  'documents-another': { name: string; repository: string }

  'project-not-found': { name: string; owner?: string }
  'variant-not-found': None
  'generation-not-found': None
  'invalid-generation-id': None
  'variant-not-ready': None
  'no-ready-variant': { name: string }
  'no-docs': None
  'file-not-found': None
  'dashboard-not-built': None
  'path-leaves-site': None
  'owner-required': None
  'owner-required-to-delete': None
  'several-owners': None
  'variant-still-generating': { path: string }
  'project-still-generating': { name: string }

  'nothing-to-abort': { name?: string }
  /** It doesn't exist, or has already started or ended. */
  'nothing-to-prioritize': None
  'abort-in-progress': { path: string }
  'already-finished': { path: string }

  /** AWS did not answer before the deadline. Calls in flight may or may not have taken effect. */
  'out-of-time': None
}

/** Why a generation or an attempt fails. `message` ends up on its record. */
export interface GenerationErrors {
  /** The record has moved on: a later attempt, an abort or a newer generation. */
  fenced: None
  /** The repository could not be cloned; `message` says what to do. */
  'clone-failed': { message: string }
  /**
   * An AI CLI gave no usable answer; `message` says what to do, `retries` how many retries are worthwhile, and `everyCall` that
   * all other calls of the generation would fail too.
   */
  'ai-failed': { message: string; retries?: number; everyCall?: boolean }
  /** The generation reached its time limit. */
  'timed-out': { message: string }
  /** Some pages could not be written. `published` is a site of the others, if the variant had no site before. */
  'pages-failed': {
    failed: string[]
    message: string
    published: PublishedSite | undefined
  }
}

/** Every error that docsfy raises. */
export type ErrorDetails = RequestErrors & GenerationErrors
export type ErrorCode = keyof ErrorDetails
export type RequestErrorCode = keyof RequestErrors

/** An error with a code from the lists above; `cause` holds the underlying error. */
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

/** Narrows an error to one code. */
export const isDomainError = <Code extends ErrorCode>(error: unknown, code: Code): error is DomainError<Code> =>
  error instanceof DomainError && error.code === code
