/** A packet of git's protocol. */
export const packet = (text: string): string => `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`

/** Ends a list of packets. */
export const FLUSH = '0000'
