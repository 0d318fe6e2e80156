import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'

/** A packet of git's protocol. */
export const packet = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

/** Ends a list of packets. */
export const FLUSH = Buffer.from('0000')

/** The first answer of a server that speaks version 2. */
export const advertisement = (): Buffer =>
  Buffer.concat([
    packet('# service=git-upload-pack\n'),
    FLUSH,
    ...['version 2\n', 'ls-refs\n', 'fetch=shallow\n', 'object-format=sha1\n'].map(packet),
    FLUSH,
  ])

/** An answer to `fetch`. Text for the user goes to channel 2. */
export const packAnswer = (pack: Buffer, text = ''): Buffer => {
  const onBand = (band: number, bytes: Buffer) => packet(Buffer.concat([Buffer.from([band]), bytes]))
  const pieces = (bytes: Buffer) =>
    Array.from({ length: Math.ceil(bytes.length / 60_000) }, (_, at) => bytes.subarray(at * 60_000, (at + 1) * 60_000))
  return Buffer.concat([
    packet('packfile\n'),
    ...pieces(Buffer.from(text)).map((bytes) => onBand(2, bytes)),
    ...pieces(pack).map((bytes) => onBand(1, bytes)),
    FLUSH,
  ])
}

const TYPES = { commit: 1, tree: 2, blob: 3, delta: 7 } as const

export interface PackObject {
  type: keyof typeof TYPES
  content: Buffer
  /** The id of the object that a delta changes. */
  base?: string
}

/** https://git-scm.com/docs/pack-format */
export function packOf(objects: PackObject[]): Buffer {
  const header = Buffer.alloc(12)
  header.write('PACK')
  header.writeUInt32BE(2, 4)
  header.writeUInt32BE(objects.length, 8)
  const entries = objects.map(({ type, content, base = '' }) =>
    Buffer.concat([entryHeader(TYPES[type], content.length), Buffer.from(base, 'hex'), deflateSync(content)]),
  )
  const body = Buffer.concat([header, ...entries])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}

function entryHeader(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 15)]
  for (let rest = size >> 4; rest > 0; rest >>= 7) {
    bytes.push((bytes.pop() ?? 0) | 0x80, rest & 0x7f)
  }
  return Buffer.from(bytes)
}

/** A delta that repeats the first 16 MiB of its base. */
export function repeatingDelta(baseSize: number, times: number): Buffer {
  const copied = 0xffffff
  // All of offset 0, and a size of three bytes.
  const copy = Buffer.from([0b1111_0000, copied & 255, (copied >> 8) & 255, copied >> 16])
  return Buffer.concat([sizeOf(baseSize), sizeOf(copied * times), ...Array.from({ length: times }, () => copy)])
}

function sizeOf(size: number): Buffer {
  const bytes: number[] = []
  for (let rest = size; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) | 0x80)
  }
}

/** The id of an object. */
export const idOf = (type: string, content: Buffer): string =>
  createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
