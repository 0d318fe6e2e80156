import { createHash } from 'node:crypto'
import type { ReadImage } from '../../files/committed-images.ts'
import { type LimitedThread, openLimitedThread, type ThreadLimits } from '../limited-thread.ts'
import type { CleanSvg } from '../svg/clean-svg.ts'
import { imageKind } from './image-kind.ts'
import { imageSource } from './image-source.ts'

/** An image of the repository, as a file of the site. */
export interface SiteImage {
  path: string
  body: string | Uint8Array
  /** Pixels, as far as they are known. */
  width: number | undefined
  height: number | undefined
}

/** The repository's images. */
export interface Images {
  read: ReadImage
  /** Takes the secrets out of a picture that is text. */
  mask(text: string): Promise<string>
}

/** All images of a site together. */
const MOST_BYTES = 30 * 1024 * 1024
const MOST_IMAGES = 200
/** A few bytes can stand for an image that fills a reader's memory. */
const MOST_PIXELS = 40_000_000
/** Characters of an SVG picture. */
const LONGEST_SVG = 500_000

const LIMITS: ThreadLimits = { cpuMs: 10_000, mib: 256 }
const MOST_CPU_MS = 60_000

/**
 * Takes over the images that the addresses lead to, each once. Those that are missing, of another kind than they should be, or too
 * large are not in the answer, nor are those after a site has as many as it may have.
 */
export async function takeImages(
  addresses: ReadonlySet<string>,
  { read, mask }: Images,
  limits: ThreadLimits = LIMITS,
): Promise<ReadonlyMap<string, SiteImage>> {
  const taken = new Map<string, SiteImage>()
  const thread = openLimitedThread<string, CleanSvg | null>(
    new URL('../svg/cleaning-thread.ts', import.meta.url),
    limits,
  )
  let bytes = 0
  try {
    for (const address of addresses) {
      if (taken.size >= MOST_IMAGES) break
      const found = await firstOf(address, read)
      const image = found && (imageOf(found) ?? (await pictureOf(found, { thread, mask })))
      if (!image || bytes + found.length > MOST_BYTES) continue
      bytes += found.length
      taken.set(address, image)
    }
  } finally {
    await thread.close()
  }
  return taken
}

async function firstOf(address: string, read: ReadImage): Promise<Buffer | undefined> {
  const source = imageSource(address)
  for (const path of source?.kind === 'file' ? source.paths : []) {
    const bytes = await read(path)
    if (bytes) return bytes
  }
  return undefined
}

/** An image that browsers take as it is; undefined for other bytes, and for one that would fill a reader's memory. */
export function imageOf(bytes: Buffer): SiteImage | undefined {
  const kind = imageKind(bytes)
  if (!kind || kind.width * kind.height > MOST_PIXELS) return undefined
  const { extension, width, height } = kind
  return { path: pathOf(bytes, extension), body: bytes, width, height }
}

async function pictureOf(
  bytes: Buffer,
  { thread, mask }: { thread: LimitedThread<string, CleanSvg | null>; mask: Images['mask'] },
): Promise<SiteImage | undefined> {
  const text = bytes.toString('utf8')
  if (text.length > LONGEST_SVG || !text.includes('<svg') || thread.usedCpuMs() > MOST_CPU_MS) return undefined
  const clean = await thread.ask(await mask(text))
  return clean ? { ...clean, path: pathOf(clean.body, 'svg') } : undefined
}

/** By its content, so an older page that is still open never shows another image. */
const pathOf = (body: string | Uint8Array, extension: string): string =>
  `assets/image-${createHash('sha256').update(body).digest('hex').slice(0, DIGITS)}.${extension}`

const DIGITS = 20
