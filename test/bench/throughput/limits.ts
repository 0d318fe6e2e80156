import type { Clock } from './clock.ts'

/** A token bucket: what AWS allows of something. It counts what was used, and how often there was not enough. */
export class Bucket {
  throttled = 0
  used = 0
  /** The most used within one second. */
  peak = 0
  /** Per second. */
  readonly rate: number
  readonly #clock: Clock
  readonly #burst: number
  #level: number
  #at: number
  #second = { at: 0, used: 0 }

  constructor(clock: Clock, rate: number, burst = rate) {
    this.#clock = clock
    this.rate = rate
    this.#burst = burst
    this.#level = burst
    this.#at = clock.time
  }

  /** Takes so much, and says how many milliseconds the caller must wait for it: a throttled caller tries again until it gets it. */
  take(amount: number): number {
    this.#refill()
    this.#count(amount)
    this.#level -= amount
    if (this.#level >= 0) return 0
    this.throttled++
    return (-this.#level / this.rate) * 1_000
  }

  /** Takes so much if it is there; false otherwise. */
  tryTake(amount: number): boolean {
    this.#refill()
    if (this.#level < amount) {
      this.throttled++
      return false
    }
    this.#count(amount)
    this.#level -= amount
    return true
  }

  #refill(): void {
    this.#level = Math.min(this.#burst, this.#level + ((this.#clock.time - this.#at) / 1_000) * this.rate)
    this.#at = this.#clock.time
  }

  #count(amount: number): void {
    const second = Math.floor(this.#clock.time / 1_000)
    if (second !== this.#second.at) this.#second = { at: second, used: 0 }
    this.#second.used += amount
    this.peak = Math.max(this.peak, this.#second.used)
    this.used += amount
  }
}
