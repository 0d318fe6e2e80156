import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares two strings in constant time, whatever their lengths. */
export const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
