import type { Route } from '../../../api/routes.ts'

export interface Match {
  route: Route
  /** Still encoded. `proxy` has no leading slash but keeps a trailing one. */
  pathParameters: Record<string, string> | null
}

/**
 * The route that API Gateway would choose for an encoded path. A literal segment beats `{param}`, which beats `{proxy+}`. The best
 * path must also have the method, or `ANY`; other paths are not tried. A trailing slash makes no difference.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const [template] = [...new Set(routes.map((route) => route.path))]
    .filter((candidate) => parametersOf(candidate, path))
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
  const wanted = method === 'HEAD' ? 'GET' : method
  const there = routes.filter((candidate) => candidate.path === template)
  const route = there.find(({ method: own }) => own === wanted) ?? there.find(({ method: own }) => own === 'ANY')
  if (!route) return undefined
  const parameters = parametersOf(route.path, path) ?? {}
  return { route, pathParameters: Object.keys(parameters).length > 0 ? parameters : null }
}

function parametersOf(template: string, path: string): Record<string, string> | undefined {
  const wanted = segmentsOf(template)
  const sent = segmentsOf(path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path)
  const parameters: Record<string, string> = {}
  for (const [index, segment] of wanted.entries()) {
    if (segment === '{proxy+}') {
      if (!sent.slice(index).some(Boolean)) return undefined
      return { ...parameters, proxy: segmentsOf(path).slice(index).join('/') }
    }
    const value = sent[index]
    if (value === undefined) return undefined
    if (!isParameter(segment)) {
      if (value !== segment) return undefined
    } else {
      if (value === '') return undefined
      parameters[segment.slice(1, -1)] = value
    }
  }
  return sent.length === wanted.length ? parameters : undefined
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1)
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('}')
}

/** A sort key: the most specific template comes first. */
function rank(template: string): string {
  return segmentsOf(template)
    .map((segment) => (segment === '{proxy+}' ? '2' : isParameter(segment) ? '1' : '0'))
    .join('')
}
