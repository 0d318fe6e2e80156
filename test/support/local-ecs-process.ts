import { appendFileSync } from 'node:fs'
import { startEcs } from '../../infra/local/ecs/start-ecs.ts'
import { testKeys } from './test-stores.ts'

// The endpoint in a process of its own, to be killed.
// Arguments: options as JSON, a file for events, `deaf` to refuse them.
const [options = '{}', eventsFile = '', deaf] = process.argv.slice(2)

const { url } = await startEcs({
  credentials: testKeys,
  ...JSON.parse(options),
  async onEvent(event) {
    if (deaf) throw new Error('nobody listens')
    appendFileSync(eventsFile, `${JSON.stringify(event)}\n`)
  },
})
console.log(url)
