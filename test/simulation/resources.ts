import type { Bucket, Cluster, Queue, Table } from '../../shared/aws/clients.ts'
import { withDeadlines } from '../../shared/aws/deadline.ts'
import type { Service } from './labels.ts'
import type { SimulatedProcess } from './simulated-process.ts'

interface Command {
  constructor: { name: string }
  input: object
}

/** A client reduced to `send`, which passes commands to the world on behalf of this process. */
const clientOf = <Client>(process: SimulatedProcess, service: Service): Client =>
  withDeadlines({
    send: (command: Command) => process.world.send(process, service, command.constructor.name, command.input),
  }) as unknown as Client

export const tableOf = (process: SimulatedProcess): Table => ({ client: clientOf(process, 'dynamodb'), name: 'docsfy' })

export const bucketOf = (process: SimulatedProcess): Bucket => ({ client: clientOf(process, 's3'), name: 'docsfy' })

/** The resources of a function. A deployment gives later processes another network. */
export function resourcesOf(process: SimulatedProcess, revision: number) {
  const queue: Queue = { client: clientOf(process, 'sqs'), url: 'http://queue' }
  const cluster: Cluster = {
    client: clientOf(process, 'ecs'),
    cluster: 'docsfy',
    taskDefinition: 'runner',
    containerName: 'runner',
    subnets: [`subnet-${revision}`],
    securityGroups: [],
    assignPublicIp: false,
  }
  return { table: tableOf(process), bucket: bucketOf(process), queue, cluster }
}
