import pRetry from 'p-retry'
import type { EcsTaskStateChange } from './state-change.ts'
import type { TaskStore } from './task-store.ts'

// EventBridge gives up after 24 hours.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
const GIVE_UP_AFTER_MS = 24 * 3_600_000

/** Delivers the events of each task in order and at least once, with back-off while the receiver fails. */
export class EventDelivery {
  readonly #store: TaskStore
  readonly #onEvent: (event: EcsTaskStateChange) => Promise<void>
  readonly #stopping = new AbortController()
  readonly #deliveries = new Map<string, Promise<void>>()

  constructor(store: TaskStore, onEvent: (event: EcsTaskStateChange) => Promise<void>) {
    this.#store = store
    this.#onEvent = onEvent
  }

  start(): void {
    this.#store.listen((id) => this.#deliverTask(id))
    for (const { id } of this.#store.all()) this.#deliverTask(id)
  }

  /** Stops starting deliveries. Resolves when those in progress have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#deliveries.values())
  }

  #deliverTask(id: string): void {
    if (!this.#deliveries.has(id)) this.#deliveries.set(id, this.#deliverPending(id))
  }

  async #deliverPending(id: string): Promise<void> {
    // Let the caller register this run first.
    await Promise.resolve()
    while (!this.#stopping.signal.aborted) {
      const event = this.#store.nextEvent(id)
      if (!event) break
      await this.#deliver(id, event)
    }
    // In the same tick as the last check, or an event that arrives in between would wait for the next one.
    this.#deliveries.delete(id)
  }

  async #deliver(id: string, event: EcsTaskStateChange): Promise<void> {
    const { signal } = this.#stopping
    try {
      await pRetry(() => this.#attempt(id, event), {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 200,
        maxTimeout: 30_000,
        randomize: true,
        signal,
        shouldRetry: () => Date.now() - Date.parse(event.time) < GIVE_UP_AFTER_MS,
      })
    } catch {
      if (!signal.aborted) this.#store.delivered(id, event.id)
    }
  }

  async #attempt(id: string, event: EcsTaskStateChange): Promise<void> {
    try {
      await this.#onEvent(event)
    } catch (cause) {
      // p-retry never retries a TypeError; EventBridge retries after any error.
      throw new Error('The receiver failed', { cause })
    }
    this.#store.delivered(id, event.id)
  }
}
