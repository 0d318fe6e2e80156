import type { Bucket, Cluster, Queue, Table } from '../shared/aws/clients.ts'

interface EveryResource {
  table: Table
  bucket: Bucket
  queue: Queue
  cluster: Cluster
}

/**
 * The resources that a piece of work uses, by name: `Resources<'table' | 'bucket'>`. Each has a file of its own in `resources/`
 * that opens it, and brings in its client and its part of the environment: a Lambda's bundle has only what its entry imports.
 */
export type Resources<Name extends keyof EveryResource> = Pick<EveryResource, Name>
