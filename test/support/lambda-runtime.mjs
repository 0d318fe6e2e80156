// What Lambda's Node.js runtime does with a function, for one event: it is started in the bundle's folder, with the event as
// its argument, and prints what the function answers.
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

globalThis.awslambda = {
  streamifyResponse: (handler) => Object.assign(handler, { streams: true }),
  HttpResponseStream: { from: (stream, metadata) => Object.assign(stream, { metadata }) },
}

const { handler } = await import(pathToFileURL(`${process.cwd()}/index.mjs`).href)
const event = JSON.parse(process.argv[2])
const context = { awsRequestId: 'request', functionName: 'function', getRemainingTimeInMillis: () => 10_000 }
process.stdout.write(`\n${JSON.stringify((await answer()) ?? null)}`)
process.exit(0)

async function answer() {
  if (!handler.streams) return await handler(event, context)
  const stream = new PassThrough()
  const [body] = await Promise.all([text(stream), handler(event, stream, context), once(stream, 'finish')])
  return { ...stream.metadata, body }
}
