import { AsyncLocalStorage } from 'node:async_hooks'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import timersPromises from 'node:timers/promises'
import type { Seeded } from '../support/seeded.ts'
import type { Service } from './labels.ts'

/** What surrounds a process: clock, timers, randomness and services. */
interface Surroundings {
  readonly time: number
  readonly random: Seeded
  addTimer(process: SimulatedProcess, ms: number, run: () => void, repeats?: boolean): object
  removeTimer(timer: object): void
  /** Resolves with a service's reply. */
  send(process: SimulatedProcess, service: Service, name: string, input: object): Promise<unknown>
}

/** A Lambda invocation or a runner: runs, waits and may die at any moment. */
export class SimulatedProcess {
  readonly world: Surroundings
  readonly id: number
  /** The handler: `generate`, `dispatch`, `runner`, … */
  readonly kind: string
  /** True until it ends or is killed. */
  alive = true
  readonly startedAt: number
  /** Suspended by SIGSTOP until this time. */
  pausedUntil = 0
  /** Facts for the invariants. */
  readonly facts: Record<string, unknown>

  constructor(world: Surroundings, id: number, kind: string, facts: Record<string, unknown>) {
    this.world = world
    this.id = id
    this.startedAt = world.time
    this.kind = kind
    this.facts = facts
  }

  get running(): boolean {
    return this.alive && this.pausedUntil <= this.world.time
  }

  toString = (): string => `${this.kind}#${this.id}`
}

const current = new AsyncLocalStorage<SimulatedProcess>()

/** The process whose code is running; undefined outside of a simulation. */
export const currentProcess = (): SimulatedProcess | undefined => current.getStore()

/** Runs code as this process: with the world's clock, timers and random numbers. */
export const runAs = <Result>(process: SimulatedProcess, run: () => Result): Result => current.run(process, run)

const real = {
  Date,
  setTimeout,
  setInterval,
  clearTimeout,
  clearInterval,
  setImmediate,
  timeout: AbortSignal.timeout,
  performanceNow: performance.now.bind(performance),
  sleep: timersPromises.setTimeout,
  randomUUID: crypto.randomUUID,
}

/** Resolves when nothing can continue on its own: a macrotask runs after all microtasks. */
export const drained = (): Promise<void> => new Promise((resolve) => real.setImmediate(resolve))

class WorldDate extends real.Date {
  constructor(...args: [] | [number | string]) {
    const process = currentProcess()
    if (args.length === 0 && process) super(process.world.time)
    else super(...(args as [number]))
  }

  static override now = (): number => currentProcess()?.world.time ?? real.Date.now()
}

/** An abort ends the wait at once. */
function sleep<Result>(process: SimulatedProcess, ms: number, value: Result, signal?: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal?.reason)
    if (signal?.aborted) return stop()
    signal?.addEventListener('abort', stop, { once: true })
    process.world.addTimer(process, ms, () => resolve(value))
  })
}

/** From now on simulated processes use the world's time; all other code keeps real time. */
export function virtualiseTime(): void {
  globalThis.Date = WorldDate as DateConstructor
  performance.now = () => currentProcess()?.world.time ?? real.performanceNow()
  globalThis.setTimeout = ((run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const process = currentProcess()
    return process ? process.world.addTimer(process, ms, () => run(...args)) : real.setTimeout(run, ms, ...args)
  }) as typeof setTimeout
  globalThis.setInterval = ((run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const process = currentProcess()
    return process ? process.world.addTimer(process, ms, () => run(...args), true) : real.setInterval(run, ms, ...args)
  }) as typeof setInterval
  const clear = (clearReal: (timer: never) => void) => (timer: unknown) => {
    const process = currentProcess()
    if (process && typeof timer === 'object' && timer !== null && 'due' in timer) process.world.removeTimer(timer)
    else clearReal(timer as never)
  }
  globalThis.clearTimeout = clear(real.clearTimeout)
  globalThis.clearInterval = clear(real.clearInterval)
  AbortSignal.timeout = (ms) => {
    const process = currentProcess()
    if (!process) return real.timeout.call(AbortSignal, ms)
    const controller = new AbortController()
    process.world.addTimer(process, ms, () => controller.abort(new DOMException('timed out', 'TimeoutError')))
    return controller.signal
  }
  timersPromises.setTimeout = (async (ms = 0, value: unknown, options?: { signal?: AbortSignal }) => {
    const process = currentProcess()
    return await (process ? sleep(process, ms, value, options?.signal) : real.sleep(ms, value, options))
  }) as typeof timersPromises.setTimeout
  crypto.randomUUID = ((options) => {
    const process = currentProcess()
    return process ? process.world.random.uuid() : real.randomUUID.call(crypto, options)
  }) as typeof crypto.randomUUID
  syncBuiltinESMExports()
}
