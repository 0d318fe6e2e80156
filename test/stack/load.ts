import { setTimeout as sleep } from 'node:timers/promises'
import { send } from '../contract/send.ts'
import type { DeployedStack } from './deployed-stack.ts'

export interface Load {
  /** Ends it. Gives every answer that was not as it should be, and how many there were in all. */
  end(): Promise<{ wrong: string[]; answers: number }>
}

interface Ask {
  method: string
  path: string
  body?: object
  status: number
}

/** Where a function's code changes, Lambda lets its requests in flight finish. MiniStack kills their processes. */
const KILLED = /Worker process died/

/** Milliseconds between two requests of one client. */
const PAUSE = 100

/** Clients that send their requests over and over, one client for each request. */
export function startLoad({ url, adminKey }: DeployedStack, asks: Ask[]): Load {
  const ending = new AbortController()
  const wrong: string[] = []
  let answers = 0
  const clients = asks.map(async ({ method, path, body, status }) => {
    while (!ending.signal.aborted) {
      const headers = { Authorization: `Bearer ${adminKey}` }
      const reply = await send(url, method, path, { headers, ...(body ? { body } : {}) })
      answers++
      if (reply.status !== status && !KILLED.test(reply.text))
        wrong.push(`${method} ${path}: ${reply.status} ${reply.text}`)
      await sleep(PAUSE)
    }
  })
  return {
    async end() {
      ending.abort()
      await Promise.all(clients)
      return { wrong, answers }
    },
  }
}
