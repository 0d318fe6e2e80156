import { type Cli, type Sent, sentRequests, type Task } from './sent.ts'

/** Bytes of each part of a request. */
export type Figures = Record<Cli, Record<Task, Record<keyof Sent, number>>>

export const figuresOf = async (clone: string): Promise<Figures> => ({
  claude: bytesOf(await sentRequests('claude', clone)),
  gemini: bytesOf(await sentRequests('gemini', clone)),
})

export const bytesOf = ({ plan, page }: Record<Task, Sent>): Figures[Cli] => ({
  plan: partsOf(plan),
  page: partsOf(page),
})

const partsOf = ({ system, user, tools }: Sent) => ({
  system: Buffer.byteLength(system),
  user: Buffer.byteLength(user),
  tools: Buffer.byteLength(tools),
})
