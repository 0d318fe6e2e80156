import {
  type Bucket,
  type Cluster,
  openBucket,
  openCluster,
  openQueue,
  openTable,
  type Queue,
  type Table,
} from '../shared/aws/clients.ts'
import { BucketEnv, QueueEnv, readEnv, TableEnv, TasksEnv } from '../shared/env.ts'
import { lazily } from './lazily.ts'

/** The durable things a function works with. Each function opens, and is granted, only those it names. */
export interface Doors {
  table: Table
  bucket: Bucket
  queue: Queue
  cluster: Cluster
}

const open = {
  table: lazily(() => openTable(readEnv(TableEnv))),
  bucket: lazily(() => openBucket(readEnv(BucketEnv))),
  queue: lazily(() => openQueue(readEnv(QueueEnv))),
  cluster: lazily(() => openCluster(readEnv(TasksEnv))),
}

/** Opens the doors named. */
export const doors = <Name extends keyof Doors>(...names: Name[]): Pick<Doors, Name> =>
  Object.fromEntries(names.map((name) => [name, open[name]()])) as Pick<Doors, Name>
