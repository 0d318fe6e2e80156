import { routes, streamed } from '../../api/routes.ts'
import { startGateway } from '../../infra/local/gateway.ts'
import type { LambdaHandler } from '../../infra/local/lambda.ts'

/** One more gateway over the stores that its environment names: `node gateway-process.ts`, prints its address. */
const load = async (name: string): Promise<LambdaHandler> => (await import(`../../functions/${name}.ts`)).handler
const { url } = await startGateway({ routes, streamed, load, host: '127.0.0.1', port: 0 })
console.log(url)
