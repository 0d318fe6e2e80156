import type { HttpFunction } from './declare.ts'
import { endpointList } from './endpoints.ts'

export type { HttpFunction } from './declare.ts'

export interface Route {
  /** GET also answers HEAD. `ANY` matches every method without its own route on that path. */
  method: 'GET' | 'POST' | 'DELETE' | 'ANY'
  /** In API Gateway's notation: `{name}` is one segment, `{proxy+}` the rest of the path, both still encoded. */
  path: string
  handler: HttpFunction
}

/** Functions that stream their responses, which may exceed the 6 MB limit of a buffered Lambda response. */
export const streamed: ReadonlySet<HttpFunction> = new Set(['projects', 'docs'])

/**
 * Serves paths and methods without an endpoint. API Gateway cannot do that itself: it can't authenticate first (401 comes before
 * 404) or fill in `Allow`.
 */
const FALLBACK: HttpFunction = 'session'

/**
 * Every route of the service; the CDK app and the local gateway both build their routes from this table. Everything below a
 * project's name is one greedy route, because only the functions can tell the short form of a variant's path from the long one.
 */
export const routes: readonly Route[] = [...routesOfEndpoints(), ...fallbacks()]

function routesOfEndpoints(): Route[] {
  const all = endpointList.flatMap(({ method, paths, function: handler }) =>
    paths.flatMap(gatewayPaths).map((path): [string, Route] => [`${method} ${path}`, { method, path, handler }]),
  )
  return [...new Map(all).values()]
}

/** One per node of the tree, because a route for another method hides the greedy routes above it. */
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

/** The parameter that some path has right after these segments. Literal siblings are then routed as values of it. */
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
