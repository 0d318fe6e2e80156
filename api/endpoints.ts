import type { Endpoint, HttpFunction } from './declare.ts'
import { accounts } from './endpoints/accounts.ts'
import { admin } from './endpoints/admin.ts'
import { generations } from './endpoints/generations.ts'
import { projects } from './endpoints/projects.ts'
import { service } from './endpoints/service.ts'
import { sites } from './endpoints/sites.ts'

/** Every endpoint, by its operation's id. Where two match a path, the first one counts. */
export const endpoints = { ...generations, ...projects, ...sites, ...accounts, ...admin, ...service }

type Endpoints = typeof endpoints

/** The id of an operation: the name of its declaration. */
export type OperationId = keyof Endpoints

/** An endpoint as it is declared. */
export type Operation<Id extends OperationId> = Endpoints[Id]

/** The operations that one Lambda answers. */
export type OperationsOf<Name extends HttpFunction> = {
  [Id in OperationId]: Endpoints[Id]['function'] extends Name ? Id : never
}[OperationId]

/** In the same order. */
export const endpointList: readonly Endpoint[] = Object.values(endpoints)

/** Every endpoint by the method and each of the paths that it is asked by: `POST /api/generate`. */
export type Api = {
  [Id in OperationId as `${Endpoints[Id]['method']} ${Endpoints[Id]['paths'][number]}`]: Endpoints[Id]
}
