import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import dynalite, { type Operation as Change, type DynaliteStore } from 'dynalite/db/index.js'
import type { Log } from '../../../../shared/log.ts'
import { Disk } from '../disk.ts'
import { closeIterators } from './close-iterators.ts'
import { inOneWrite } from './one-write.ts'
import { isWrite, type Operation, perform } from './operations.ts'

/** The disk can't be written at the moment. The message says what to do. */
export class CannotWrite extends Error {
  override name = 'CannotWrite'
}

/** Minimum time between attempts to write to a failed disk. */
const RETRY_MS = 500

/** Bytes that LevelDB writes when it opens, in addition to the size of its log. */
const ROOM_TO_OPEN = 1024 * 1024

/**
 * DynamoDB's tables, in LevelDB. After a failed write, further writes are refused: LevelDB would append them to a log that ends in half
 * a record, and lose them at the next start. Reads continue. Once the disk has room again, the database is reopened, which repairs
 * its log.
 */
export class Tables {
  readonly #folder: string
  readonly #disk: Disk
  #store: DynaliteStore
  #isOpen = true
  /** The message that writes are refused with. */
  #refusal: string | undefined
  #triedAt = 0
  #opening: Promise<void> | undefined
  #writing: Promise<void> = Promise.resolve()
  readonly #running = new Set<Promise<unknown>>()

  private constructor(folder: string, log: Log, store: DynaliteStore) {
    this.#folder = folder
    this.#disk = new Disk(folder, log)
    this.#store = store
  }

  /** Opens the database in the folder, or creates one if the folder is empty. @throws LevelDB's error */
  static async open(folder: string, log: Log): Promise<Tables> {
    return new Tables(folder, log, await openStore(folder))
  }

  /** Runs one operation. @throws CannotWrite, and dynalite's and LevelDB's errors */
  async run(operation: Operation, input: object): Promise<object> {
    if (this.#refusal !== undefined && (isWrite(operation) || !this.#isOpen)) await this.#recover()
    await this.#opening
    if (this.#refusal !== undefined && (isWrite(operation) || !this.#isOpen)) throw new CannotWrite(this.#refusal)
    const store = isWrite(operation) ? inOneWrite(this.#store, (changes) => this.#write(changes)) : this.#store
    const running = perform(store, operation, input)
    this.#running.add(running)
    return await running.finally(() => this.#running.delete(running))
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => undefined)
    if (this.#isOpen) await this.#store.db.close()
  }

  /** Writes strictly in sequence, so that nothing is appended after a failed write. */
  #write(changes: Change[]): Promise<void> {
    const writing = this.#writing.then(async () => {
      if (this.#refusal !== undefined) throw new CannotWrite(this.#refusal)
      try {
        await this.#store.db.batch(changes)
      } catch (cause) {
        this.#triedAt = Date.now()
        this.#refusal = this.#disk.failed(cause)
        throw new CannotWrite(this.#refusal, { cause })
      }
    })
    this.#writing = writing.catch(() => undefined)
    return writing
  }

  /** Reopens the database if the disk may have room again. */
  async #recover(): Promise<void> {
    if (this.#opening || Date.now() - this.#triedAt < RETRY_MS) return
    this.#triedAt = Date.now()
    this.#opening = this.#reopen()
      .catch((error) => {
        this.#refusal = this.#disk.failed(error)
      })
      .finally(() => {
        this.#opening = undefined
      })
    await this.#opening
  }

  async #reopen(): Promise<void> {
    // As long as there is no room, leave the database open for reads.
    await requireRoom(this.#folder)
    await Promise.allSettled(this.#running)
    if (this.#isOpen) await this.#store.db.close()
    this.#isOpen = false
    this.#store = await openStore(this.#folder)
    this.#isOpen = true
    this.#refusal = undefined
    this.#disk.succeeded()
  }
}

async function openStore(folder: string): Promise<DynaliteStore> {
  const store = dynalite.create({ path: folder, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 })
  closeIterators(store)
  await store.db.open()
  return store
}

/** Writes as many bytes as LevelDB needs to open. @throws the disk's error */
async function requireRoom(folder: string): Promise<void> {
  const logs = (await readdir(folder)).filter((name) => name.endsWith('.log'))
  const sizes = await Promise.all(logs.map(async (name) => (await stat(join(folder, name))).size))
  const bytes = sizes.reduce((sum, size) => sum + size, ROOM_TO_OPEN)
  const file = join(folder, 'room')
  try {
    await writeFile(file, Buffer.alloc(bytes, 1))
  } finally {
    await rm(file, { force: true })
  }
}
