import { AsyncLocalStorage } from 'node:async_hooks'
import { DomainError } from '../errors.ts'

const current = new AsyncLocalStorage<AbortSignal>()

/**
 * Does work that has this many milliseconds. When they are over, each call to AWS that is under way, and each that comes later,
 * fails with DomainError `out-of-time`; so does every retry of the SDK. Inside of another deadline the earlier one counts.
 *
 * The deadline travels with the work instead of through its parameters: a call that nobody remembered to give the signal to would be
 * the one that hangs. It ends with the work: what the work leaves behind, such as a body that is still being read, has all the time
 * it needs.
 *
 * @param work - gets the signal too, for what it waits for beside AWS
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
    // The body of an answer that breaks off then does not say why.
    if (signal.aborted && !(cause instanceof DomainError)) throw new DomainError('out-of-time', {}, { cause })
    throw cause
  } finally {
    clearTimeout(timer)
  }
}

interface Sender {
  send(command: never, options?: never): Promise<unknown>
}

/** The same client, except that what it sends keeps the deadline of the work that sends it. */
export function keepingDeadlines<Client extends object>(client: Client & Sender): Client {
  const send = async (command: never, options: object = {}) => {
    const signal = current.getStore()
    if (!signal) return await client.send(command, options as never)
    signal.throwIfAborted()
    return await untilOver(client.send(command, { ...options, abortSignal: signal } as never), signal)
  }
  return Object.create(client, { send: { value: send } })
}

/** The SDK notices the signal only when it sends: between two tries it would sleep on. */
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
