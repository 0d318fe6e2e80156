import { type Cluster, openCluster } from '../../shared/aws/clients.ts'
import { readEnv, TasksEnv } from '../../shared/env.ts'
import { lazy } from '../lazy.ts'

export const cluster: () => Cluster = lazy(() => openCluster(readEnv(TasksEnv)))
