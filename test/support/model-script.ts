import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AskedFor, askedFor } from './question.ts'

/** What a fake model does with one request. Without anything: an empty answer. */
export interface Step {
  text?: string
  /** Tool calls instead of text. */
  tools?: [name: string, input: object][]
  /** An HTTP status instead of an answer, with the API's own name for the error. */
  status?: number
  code?: string
  message?: string
  headers?: Record<string, string>
  /** Google's error details. */
  details?: object[]
  /** Why the answer ends, in the API's own word. */
  stop?: string
  /** `silent`: the stream begins and then nothing comes. `pings`: only signs of life come. `lost`: the connection breaks. */
  hangs?: 'silent' | 'pings' | 'lost'
  inputTokens?: number
  outputTokens?: number
}

export interface ModelRequest {
  /** What the prompt asks for. */
  task: { kind: AskedFor['kind']; slug?: string; title?: string }
  /** Answers that the model has given before, in this conversation. */
  turn: number
  /** How often this very request (task and turn) has come, this time included. */
  nth: number
  headers: NodeJS.Dict<string | string[]>
  // biome-ignore lint/suspicious/noExplicitAny: what a test asserts of a request is the test's business
  body: any
  /** What the script said to do. */
  step: Step
}
export type ModelScript = (request: Omit<ModelRequest, 'step'>) => Step

export interface FakeModel extends AsyncDisposable {
  url: string
  requests: ModelRequest[]
}

/** The HTTP side that both fake APIs share; `answer` speaks the protocol. */
export async function serveModel(
  script: ModelScript,
  protocol: {
    /** What the user has said in this conversation. */
    promptsOf(body: ModelRequest['body']): unknown
    turnOf(body: ModelRequest['body']): number
    answer(request: IncomingMessage, response: ServerResponse, body: ModelRequest['body'], step: Step): void
  },
): Promise<FakeModel> {
  const requests: ModelRequest[] = []
  const seen = new Map<string, number>()
  const server = createServer(async (request, response) => {
    let raw = ''
    for await (const chunk of request) raw += chunk
    if (request.method !== 'POST') return void response.writeHead(200).end()
    const body = JSON.parse(raw)
    const [task, turn] = [taskOf(protocol.promptsOf(body)), protocol.turnOf(body)]
    const key = JSON.stringify([task.kind, task.slug, turn])
    const nth = (seen.get(key) ?? 0) + 1
    seen.set(key, nth)
    const asked = { task, turn, nth, headers: request.headers, body }
    const step = script(asked)
    requests.push({ ...asked, step })
    protocol.answer(request, response, body, step)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What a stream does that has begun and does not go on as it should. */
export function hang(response: ServerResponse, { hangs }: Step, ping: string): void {
  if (hangs === 'lost') setTimeout(() => response.destroy(), 20)
  if (hangs !== 'pings') return
  const timer = setInterval(() => response.write(ping), 500)
  response.on('close', () => clearInterval(timer))
}

/** A CLI sends texts of its own beside the prompt, and none of them asks for a page. */
const taskOf = (prompts: unknown): ModelRequest['task'] =>
  textsIn(prompts)
    .map(askedFor)
    .find(({ kind }) => kind === 'page') ?? { kind: 'plan' }

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : []
}
