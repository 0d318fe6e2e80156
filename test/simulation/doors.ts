import type { Bucket, Cluster, Queue, Table } from '../../shared/aws/clients.ts'
import { withDeadlines } from '../../shared/aws/deadline.ts'
import type { Service } from './labels.ts'
import type { SimulatedProcess } from './simulated-process.ts'

interface Command {
  constructor: { name: string }
  input: object
}

/** A client by its one method: what is sent goes through the world, in the name of this process. */
const clientOf = <Client>(process: SimulatedProcess, service: Service): Client =>
  withDeadlines({
    send: (command: Command) => process.world.send(process, service, command.constructor.name, command.input),
  }) as unknown as Client

export const tableOf = (process: SimulatedProcess): Table => ({ client: clientOf(process, 'dynamodb'), name: 'docsfy' })

export const bucketOf = (process: SimulatedProcess): Bucket => ({ client: clientOf(process, 's3'), name: 'docsfy' })

/** All that a function may work with; a deployment gives later processes another network. */
export function doorsOf(process: SimulatedProcess, revision: number) {
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
