import type { HttpFunction } from './declare.ts'
import { endpointList } from './endpoints.ts'

export type { HttpFunction } from './declare.ts'

export interface Route {
  /** GET also answers HEAD. `ANY`: every method that has no route of its own there. */
  method: 'GET' | 'POST' | 'DELETE' | 'ANY'
  /** In API Gateway's notation: `{name}` is one encoded segment, `{proxy+}` the rest of the path, still encoded. */
  path: string
  handler: HttpFunction
}

/** Functions whose responses are streamed: they may be larger than a buffered Lambda response (6 MB). */
export const streamed: ReadonlySet<HttpFunction> = new Set(['projects', 'docs'])

/**
 * Answers what is no endpoint: API Gateway itself knows neither who asks (401 comes first) nor which methods to name in
 * `Allow`, and it has one text for all.
 */
const FALLBACK: HttpFunction = 'session'

/**
 * Every address of the service. The CDK app and the local gateway both build theirs from this table. Below a project's
 * name it knows no more: only the functions can tell the short form of a variant's address from the long one.
 */
export const routes: readonly Route[] = [...routesOfEndpoints(), ...fallbacks()]

function routesOfEndpoints(): Route[] {
  const all = endpointList.flatMap(({ method, paths, function: handler }) =>
    paths.flatMap(gatewayPaths).map((path): [string, Route] => [`${method} ${path}`, { method, path, handler }]),
  )
  return [...new Map(all).values()]
}

/** On every node of the tree, since a route of another method hides the greedy ones above it. */
function fallbacks(): Route[] {
  const nodes = routesOfEndpoints().flatMap(({ path }) => {
    const segments = path.slice(1).split('/')
    return segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`)
  })
  return [...new Set(['/', '/{proxy+}', ...nodes])].map((path) => ({ method: 'ANY', path, handler: FALLBACK }))
}

/** `/docs/{name}/{path+}` becomes `/docs/{name}` and `/docs/{name}/{proxy+}`. */
function gatewayPaths(path: string): string[] {
  const segments = path.slice(1).split('/')
  const first = segments.findIndex((_, index) => parameterAfter(segments.slice(0, index)) !== undefined)
  if (first === -1) return [path]
  const parameter = parameterAfter(segments.slice(0, first)) ?? ''
  const below = segments.slice(first + 1)
  const base = `/${[...segments.slice(0, first), parameter].join('/')}`
  return [...(below.every(isGreedy) ? [base] : []), ...(below.length > 0 ? [`${base}/{proxy+}`] : [])]
}

/** The parameter that any path has after these segments: there its literal siblings are taken for values of it. */
function parameterAfter(segments: readonly string[]): string | undefined {
  const prefix = `/${segments.map((segment) => `${segment}/`).join('')}`
  return endpointList
    .flatMap(({ paths }) => paths)
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length).split('/')[0])
    .find((segment) => segment?.startsWith('{'))
}

function isGreedy(segment: string): boolean {
  return segment.endsWith('+}')
}
