import { type FakeModel, hang, type ModelScript, type Step, serveModel } from './model-script.ts'

/** Anthropic's Messages API on loopback, as far as `claude` uses it: one endpoint, always streamed. */
export const fakeAnthropic = (script: ModelScript): Promise<FakeModel> =>
  serveModel(script, {
    promptsOf: ({ messages }) => messages.filter(({ role }: { role: string }) => role === 'user'),
    turnOf: ({ messages }) => messages.filter(({ role }: { role: string }) => role === 'assistant').length,
    answer(request, response, body, step) {
      const { status, code = 'api_error', message = 'scripted', headers = {} } = step
      const fail = (type: string, text: string) => JSON.stringify({ type: 'error', error: { type, message: text } })
      if (request.url?.split('?')[0] !== '/v1/messages') {
        return void response.writeHead(404).end(fail('not_found_error', `no ${request.url}`))
      }
      if (status) {
        return void response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(fail(code, message))
      }
      const send = (type: string, data: object) =>
        response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const { inputTokens: input_tokens = 1000, outputTokens: output_tokens = 50 } = step
      const usage = { input_tokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 }
      const start = { id: `msg_${Math.random()}`, type: 'message', role: 'assistant', model: body.model, content: [] }
      send('message_start', { message: { ...start, stop_reason: null, stop_sequence: null, usage } })
      if (step.hangs) return hang(response, step, 'event: ping\ndata: {"type":"ping"}\n\n')
      sendBlocks(step, send)
      const stop_reason = step.stop ?? (step.tools ? 'tool_use' : 'end_turn')
      send('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens } })
      send('message_stop', {})
      response.end()
    },
  })

type Send = (type: string, data: object) => void

function sendBlocks({ text = '', tools }: Step, send: Send): void {
  const block = (index: number, content_block: object, delta: object) => {
    send('content_block_start', { index, content_block })
    send('content_block_delta', { index, delta })
    send('content_block_stop', { index })
  }
  if (!tools) block(0, { type: 'text', text: '' }, { type: 'text_delta', text })
  tools?.forEach(([name, input], index) => {
    const id = `toolu_${Math.random().toString(36).slice(2)}_${index}`
    const partial_json = JSON.stringify(input)
    block(index, { type: 'tool_use', id, name, input: {} }, { type: 'input_json_delta', partial_json })
  })
}
