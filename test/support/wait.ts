import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { limits } from './limits.ts'

interface WaitOptions {
  /** Milliseconds. */
  limit?: number
  /** Milliseconds between two looks. */
  every?: number
}

/**
 * Looks again and again until what it sees is what is waited for, and gives that. Rejects at the limit and says what it waited for and
 * what it saw last; rejects at once when a look does.
 *
 * @param what - completes "waited for …"
 */
export async function waitFor<Seen>(
  what: string,
  look: () => Seen | Promise<Seen>,
  isIt: (seen: Seen) => boolean = Boolean,
  { limit = limits.wait, every = 50 }: WaitOptions = {},
): Promise<Seen> {
  const until = Date.now() + limit
  let last: string | undefined
  const state = () => (last === undefined ? 'nothing was seen yet' : `last seen: ${last}`)
  for (;;) {
    const seen = await inTime(what, Promise.resolve(look()), { limit: until - Date.now(), state })
    if (isIt(seen)) return seen
    last = inspect(seen, { depth: 4, breakLength: 120, maxStringLength: 6_000 })
    if (Date.now() + every > until) throw new Error(tooLong(what, limit, state()))
    await sleep(every)
  }
}

/** What the promise gives. Rejects when that takes too long, and says what it waited for and, if told, how far it got. */
export async function inTime<Value>(
  what: string,
  promise: Promise<Value>,
  { limit = limits.wait, state = () => '' }: { limit?: number; state?: () => string } = {},
): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(tooLong(what, limit, state()))), limit)
  return await Promise.race([promise, late.promise]).finally(() => clearTimeout(timer))
}

const tooLong = (what: string, limit: number, state: string): string =>
  `Waited ${Math.round(limit / 1_000)} seconds for ${what}${state && `; ${state}`}`
