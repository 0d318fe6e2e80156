import { askEndpoint, endpointRequests } from './endpoint-requests.ts'
import { signedBy } from './test-stores.ts'

/**
 * A program for a user who has nothing to do with the service: asks each of these addresses for everything, without credentials and
 * with the usual ones. Prints how often each status came.
 */
const statuses: Record<string, number> = {}
for (const url of process.argv.slice(2)) {
  for (const headers of [{}, { authorization: signedBy({ accessKeyId: 'local' }) }]) {
    for (const request of endpointRequests) {
      const { status } = await askEndpoint(url, request, headers)
      statuses[`${url} ${status}`] = (statuses[`${url} ${status}`] ?? 0) + 1
    }
  }
}
console.log(JSON.stringify(statuses))
