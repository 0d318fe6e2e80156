import type { Endpoint, HttpFunction } from './declare.ts'
import { accounts } from './endpoints/accounts.ts'
import { admin } from './endpoints/admin.ts'
import { dashboard } from './endpoints/dashboard.ts'
import { generations } from './endpoints/generations.ts'
import { projects } from './endpoints/projects.ts'
import { service } from './endpoints/service.ts'
import { sites } from './endpoints/sites.ts'

/** Every endpoint by operation id. If two match a path, the first one wins. */
export const endpoints = { ...generations, ...projects, ...sites, ...dashboard, ...accounts, ...admin, ...service }

type Endpoints = typeof endpoints

/** An operation's id is the name of its declaration. */
export type OperationId = keyof Endpoints

/** An endpoint as it is declared. */
export type Operation<Id extends OperationId> = Endpoints[Id]

/** The operations that one Lambda serves. */
export type OperationsOf<Name extends HttpFunction> = {
  [Id in OperationId]: Endpoints[Id]['function'] extends Name ? Id : never
}[OperationId]

/** All endpoints, in the order of {@link endpoints}. */
export const endpointList: readonly Endpoint[] = Object.values(endpoints)

/** Every endpoint by method and path, such as `POST /api/generate`; once for each of its paths. */
export type Api = {
  [Id in OperationId as `${Endpoints[Id]['method']} ${Endpoints[Id]['paths'][number]}`]: Endpoints[Id]
}
