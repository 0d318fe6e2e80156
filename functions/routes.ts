/** Which Lambda answers; each name is a file of this folder that exports `handler`. */
export type HttpFunction = 'generate' | 'abort' | 'delete' | 'projects' | 'docs' | 'session' | 'admin'

export interface Route {
  /** GET also answers HEAD. */
  method: 'GET' | 'POST' | 'DELETE'
  /** In API Gateway's notation: `{name}` is one encoded segment, `{proxy+}` the rest of the path, still encoded. */
  path: string
  handler: HttpFunction
}

/** Functions whose responses are streamed: they may be larger than a buffered Lambda response (6 MB). */
export const streamed: ReadonlySet<HttpFunction> = new Set(['projects', 'docs'])

/** Every address of the service. The CDK app and the local gateway both build theirs from this table. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/health', handler: 'session' },
  { method: 'GET', path: '/api/models', handler: 'session' },
  { method: 'GET', path: '/api/auth/me', handler: 'session' },
  { method: 'POST', path: '/api/generate', handler: 'generate' },
  { method: 'GET', path: '/api/status', handler: 'projects' },
  { method: 'GET', path: '/api/projects', handler: 'projects' },
  { method: 'GET', path: '/api/projects/{name}', handler: 'projects' },
  { method: 'GET', path: '/api/projects/{name}/{proxy+}', handler: 'projects' },
  { method: 'POST', path: '/api/projects/{name}/{proxy+}', handler: 'abort' },
  { method: 'DELETE', path: '/api/projects/{name}', handler: 'delete' },
  { method: 'DELETE', path: '/api/projects/{name}/{proxy+}', handler: 'delete' },
  { method: 'GET', path: '/docs/{name}', handler: 'docs' },
  { method: 'GET', path: '/docs/{name}/{proxy+}', handler: 'docs' },
  { method: 'POST', path: '/api/admin/users', handler: 'admin' },
  { method: 'GET', path: '/api/admin/users', handler: 'admin' },
]
