// Loaded into every function that MiniStack runs, since its runtime does not stream: collects what a streaming function writes,
// and answers like one that does not stream.
import { isUtf8 } from 'node:buffer'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'

globalThis.awslambda = {
  streamifyResponse: (handler) => async (event, context) => {
    const stream = new PassThrough()
    const [bytes] = await Promise.all([buffer(stream), handler(event, stream, context)])
    // API Gateway decodes base64 only for clients that say what they accept.
    if (isUtf8(bytes)) return { ...stream.metadata, body: bytes.toString() }
    return { ...stream.metadata, body: bytes.toString('base64'), isBase64Encoded: true }
  },
  HttpResponseStream: { from: (stream, metadata) => Object.assign(stream, { metadata }) },
}
