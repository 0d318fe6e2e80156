import { type FakeModel, hang, type ModelScript, serveModel } from './model-script.ts'

/** Google's Gemini API on loopback, as far as `gemini` uses it: one endpoint, streamed. */
export const fakeGemini = (script: ModelScript): Promise<FakeModel> =>
  serveModel(script, {
    promptsOf: ({ contents }) => contents.filter(({ role }: { role: string }) => role === 'user'),
    turnOf: ({ contents }) => contents.filter(({ role }: { role: string }) => role === 'model').length,
    answer(request, response, _body, step) {
      const { status, code = 'INTERNAL', message = 'scripted', headers = {}, details = [] } = step
      const fail = (number: number, text: string) => {
        response.writeHead(number, { 'content-type': 'application/json', ...headers })
        response.end(JSON.stringify({ error: { code: number, message: text, status: code, details } }))
      }
      const model = /\/models\/([^:/?]+):streamGenerateContent/.exec(request.url ?? '')?.[1]
      if (!model) return fail(404, `no ${request.url}`)
      if (status) return fail(status, message)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      if (step.hangs) {
        response.write(': open\n\n')
        return hang(response, step, ': ping\n\n')
      }
      const { text = '', tools, inputTokens = 1000, outputTokens = 50 } = step
      const calls = tools?.map(([name, args], index) => ({
        functionCall: { id: `${Math.random().toString(36).slice(2)}_${index}`, name, args },
      }))
      const chunk = {
        responseId: Math.random().toString(36).slice(2),
        modelVersion: model,
        candidates: [
          { index: 0, content: { role: 'model', parts: calls ?? [{ text }] }, finishReason: step.stop ?? 'STOP' },
        ],
        usageMetadata: {
          promptTokenCount: inputTokens,
          candidatesTokenCount: outputTokens,
          totalTokenCount: inputTokens + outputTokens,
        },
      }
      response.end(`data: ${JSON.stringify(chunk)}\n\n`)
    },
  })
