/** How much a program may print, in bytes. It is stopped when it prints more. */
export interface OutputLimits {
  /** One line. */
  line: number
  /** Useless lines and everything on stderr, together. */
  noise: number
  /** All of stdout. */
  total: number
}

const MIB = 1024 * 1024

/** Far more than any answer needs, yet small enough for ten programs at once. */
export const LIMITS: OutputLimits = { line: 8 * MIB, noise: 4 * MIB, total: 64 * MIB }

/** `4 MiB` */
export const formatMib = (bytes: number): string => `${bytes / MIB} MiB`

export interface Lines {
  push(chunk: Buffer): void
  /** Passes on a last line that has no line feed. */
  end(): void
}

/** Splits bytes into lines as they arrive. A line longer than `maxBytes` is reported once and dropped. */
export function splitLines(maxBytes: number, on: { line(text: string, bytes: number): void; tooLong(): void }): Lines {
  let parts: Buffer[] = []
  let size = 0
  const take = (part: Buffer) => {
    const fitted = size <= maxBytes
    size += part.length
    if (size <= maxBytes) parts.push(part)
    else if (fitted) on.tooLong()
  }
  const finish = () => {
    const line = size <= maxBytes ? Buffer.concat(parts).toString('utf8') : undefined
    const bytes = size
    parts = []
    size = 0
    if (line !== undefined) on.line(line, bytes)
  }
  return {
    push(chunk) {
      let from = 0
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
        take(chunk.subarray(from, at))
        finish()
        from = at + 1
      }
      if (from < chunk.length) take(chunk.subarray(from))
    },
    end() {
      if (size > 0) finish()
    },
  }
}

const LINE_FEED = 0x0a

/** Keeps the tail of its input. Where it has to cut, it cuts at the start of a line, or else of a character. */
export function keepTail(maxBytes: number): { push(chunk: Buffer): void; text(): string } {
  let tail = Buffer.alloc(0)
  let cut = false
  return {
    push(chunk) {
      cut ||= tail.length + chunk.length > maxBytes
      tail = Buffer.concat([tail, chunk]).subarray(-maxBytes)
    },
    text: () => tail.subarray(cut ? cutPoint(tail) : 0).toString('utf8'),
  }
}

function cutPoint(tail: Buffer): number {
  const line = tail.indexOf(LINE_FEED) + 1
  return line > 0 && line < tail.length ? line : Math.max(tail.findIndex(startsCharacter), 0)
}

/** In UTF-8, every byte of a character but the first starts with the bits 10. */
const startsCharacter = (byte: number): boolean => (byte & 0b1100_0000) !== 0b1000_0000
