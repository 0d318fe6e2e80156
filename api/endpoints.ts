import type { Endpoint } from './declare.ts'
import { accounts } from './endpoints/accounts.ts'
import { admin } from './endpoints/admin.ts'
import { generations } from './endpoints/generations.ts'
import { projects } from './endpoints/projects.ts'
import { service } from './endpoints/service.ts'
import { sites } from './endpoints/sites.ts'

/** Every endpoint, by its operation's id. Where two could mean a path, the first one does. */
export const endpoints = { ...generations, ...projects, ...sites, ...accounts, ...admin, ...service }

/** In the same order. */
export const endpointList: readonly Endpoint[] = Object.values(endpoints)

type Endpoints = typeof endpoints

/** Every endpoint by the method and each of the paths that it is asked by: `POST /api/generate`. */
export type Api = {
  [Id in keyof Endpoints as `${Endpoints[Id]['method']} ${Endpoints[Id]['paths'][number]}`]: Endpoints[Id]
}
