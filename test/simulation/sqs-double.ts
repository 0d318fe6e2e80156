import type { SimulatedProcess } from './simulated-process.ts'
import type { World } from './world.ts'

/** Visibility timeout: six times the function's timeout, as in the stack. */
const VISIBILITY_MS = 360_000

interface Message {
  id: number
  received: number
}

/**
 * The doorbell's FIFO queue with one message group: one delivery at a time, each at least once. A message that was received but not
 * deleted is delivered again after the visibility timeout, at most five times.
 */
export class SqsDouble {
  readonly #world: World
  readonly #deliver: (ended: (well: boolean) => void) => SimulatedProcess
  readonly messages: Message[] = []
  #inFlight: Message | undefined
  #ids = 0

  constructor(world: World, deliver: (ended: (well: boolean) => void) => SimulatedProcess) {
    this.#world = world
    this.#deliver = deliver
  }

  execute(name: string): Record<string, unknown> {
    if (name !== 'SendMessageCommand') throw new Error(`The SQS double does not support ${name}`)
    this.messages.push({ id: ++this.#ids, received: 0 })
    this.#pump()
    return { MessageId: String(this.#ids) }
  }

  /** Drops a message, so that it is never received. */
  loseOne(): boolean {
    const waiting = this.messages.findIndex((message) => message !== this.#inFlight)
    if (waiting < 0) return false
    this.messages.splice(waiting, 1)
    return true
  }

  get idle(): boolean {
    return this.messages.length === 0
  }

  #pump(): void {
    if (this.#inFlight || this.messages.length === 0) return
    this.#world.after(this.#world.random.between(5, 400), () => this.#receive())
  }

  #receive(): void {
    const [message] = this.messages
    if (this.#inFlight || !message) return
    this.#inFlight = message
    message.received++
    if (message.received > 1) this.#world.count('duplicate', 'a doorbell message delivered twice')
    let hidden = true
    const show = this.#world.after(VISIBILITY_MS, () => {
      hidden = false
      this.#finish(message, message.received >= 5)
    })
    this.#deliver((well) => {
      if (!hidden || !well) return
      this.#world.removeTimer(show)
      // At least once: now and then the deletion is lost and the message is delivered again.
      const again = this.#world.random.chance(this.#world.faults.lost)
      if (again) this.#world.after(VISIBILITY_MS, () => this.#finish(message, false))
      else this.#finish(message, true)
    })
  }

  #finish(message: Message, gone: boolean): void {
    if (gone) this.messages.splice(this.messages.indexOf(message), 1)
    if (this.#inFlight === message) this.#inFlight = undefined
    this.#pump()
  }
}
