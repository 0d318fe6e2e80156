import type { Bucket, Cluster, Queue, Table } from '../shared/aws/clients.ts'

interface EveryResource {
  table: Table
  bucket: Bucket
  queue: Queue
  cluster: Cluster
}

/**
 * The resources that a piece of work needs, by name: `Resources<'table' | 'bucket'>`. Each is opened by its own file in
 * `resources/`, which imports its client and reads its environment, so a Lambda's bundle contains only the clients it uses.
 */
export type Resources<Name extends keyof EveryResource> = Pick<EveryResource, Name>
