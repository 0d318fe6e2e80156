import { imageKind } from './image-kind.ts'
import { imageOf, type SiteImage } from './take-images.ts'

/** Every page of a site loads it. */
export const MOST_LOGO_BYTES = 256 * 1024

/** The image in the header of every page; undefined if bytes are none that may be there. */
export function logoOf(bytes: Buffer): SiteImage | undefined {
  const isTaken = bytes.length <= MOST_LOGO_BYTES && imageKind(bytes)?.extension !== 'gif'
  return isTaken ? imageOf(bytes) : undefined
}
