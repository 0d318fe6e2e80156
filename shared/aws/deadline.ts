import { AsyncLocalStorage } from 'node:async_hooks'
import { DomainError } from '../errors.ts'

const current = new AsyncLocalStorage<AbortSignal>()

/**
 * Runs work with a deadline. Once it has passed, every AWS call in flight, every later one and every SDK retry fails with
 * DomainError `out-of-time`. Deadlines nest: the earliest one applies.
 *
 * The deadline travels with the async context instead of through parameters, where the one call that forgot to pass the signal would
 * be the one that hangs. It ends with the work: what the work leaves running, such as a body still being read, is not limited.
 *
 * @param work - also gets the signal, for anything other than AWS that it waits for
 */
export async function within<Result>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(new DomainError('out-of-time', {})), milliseconds)
  const outer = current.getStore()
  const signal = outer ? AbortSignal.any([outer, over.signal]) : over.signal
  try {
    return await current.run(signal, async () => await work(signal))
  } catch (cause) {
    // A response body cut off by the deadline fails with an error that does not say why.
    if (signal.aborted && !(cause instanceof DomainError)) throw new DomainError('out-of-time', {}, { cause })
    throw cause
  } finally {
    clearTimeout(timer)
  }
}

interface Sender {
  send(command: never, options?: never): Promise<unknown>
}

/** The same client, with every call bound to the deadline of the work that makes it. */
export function withDeadlines<Client extends object>(client: Client & Sender): Client {
  const send = async (command: never, options: object = {}) => {
    const signal = current.getStore()
    if (!signal) return await client.send(command, options as never)
    signal.throwIfAborted()
    return await untilOver(client.send(command, { ...options, abortSignal: signal } as never), signal)
  }
  return Object.create(client, { send: { value: send } })
}

/** The SDK checks the signal only while sending: between retries it would keep sleeping. */
async function untilOver<Result>(call: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise: over, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([call, over])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
