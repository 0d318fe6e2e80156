import { drained, runAs, SimulatedProcess } from '../../simulation/simulated-process.ts'
import { Seeded } from '../../support/seeded.ts'

interface Timer {
  due: number
  order: number
  process: SimulatedProcess | undefined
  run: () => void
  every: number | undefined
  cancelled: boolean
}

type Send = (service: string, name: string, input: object) => Promise<unknown>

/** A virtual clock: time passes only from one timer to the next. */
export class Clock {
  time = Date.parse('2027-01-01T00:00:00Z')
  readonly random = new Seeded(1)
  /** What the processes' clients call. */
  onSend: Send = async () => ({})
  readonly #heap: Timer[] = []
  #order = 0
  #ids = 0

  send = (_process: SimulatedProcess, service: string, name: string, input: object): Promise<unknown> =>
    this.onSend(service, name, input)

  addTimer(process: SimulatedProcess | undefined, ms: number, run: () => void, repeats = false): Timer {
    const every = repeats ? Math.max(1, ms) : undefined
    const timer = { due: this.time + Math.max(0, ms), order: this.#order++, process, run, every, cancelled: false }
    this.#push(timer)
    return timer
  }

  removeTimer(timer: object): void {
    ;(timer as Timer).cancelled = true
  }

  after = (ms: number, run: () => void): Timer => this.addTimer(undefined, ms, run)

  sleep = (ms: number): Promise<void> => new Promise((resolve) => void this.after(ms, resolve))

  /** Runs work as a process of this world. */
  async run<Result>(kind: string, work: (process: SimulatedProcess) => Promise<Result>): Promise<Result> {
    const process = new SimulatedProcess(this, ++this.#ids, kind, {})
    return await runAs(process, async () => await work(process))
  }

  async runUntil(until: number): Promise<void> {
    for (let next = this.#heap[0]; next && next.due <= until; next = this.#heap[0]) {
      this.time = Math.max(this.time, next.due)
      for (let due: Timer | undefined = next; due && due.due <= this.time; due = this.#heap[0]) this.#fire(this.#pop())
      await drained()
    }
    this.time = until
  }

  #fire(timer: Timer): void {
    if (timer.cancelled) return
    if (timer.process) runAs(timer.process, timer.run)
    else timer.run()
    if (timer.every !== undefined) this.#push(Object.assign(timer, { due: this.time + timer.every }))
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let at = heap.push(timer) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(timer, heap[parent])) break
      ;[heap[at], heap[parent]] = [heap[parent] as Timer, timer]
      at = parent
    }
  }

  #pop(): Timer {
    const heap = this.#heap
    const first = heap[0] as Timer
    const last = heap.pop() as Timer
    if (heap.length === 0) return first
    heap[0] = last
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let least = at
      if (isBefore(heap[left], heap[least])) least = left
      if (isBefore(heap[right], heap[least])) least = right
      if (least === at) return first
      ;[heap[at], heap[least]] = [heap[least] as Timer, heap[at] as Timer]
      at = least
    }
  }
}

const isBefore = (a: Timer | undefined, b: Timer | undefined): boolean =>
  a !== undefined && (b === undefined || a.due < b.due || (a.due === b.due && a.order < b.order))
