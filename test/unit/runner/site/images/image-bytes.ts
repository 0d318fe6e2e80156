/** Images of one pixel, or the beginnings of larger ones. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
export const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

export function pngOf(width: number, height: number): Buffer {
  const png = Buffer.from(PNG)
  png.writeUInt32BE(width, 16)
  png.writeUInt32BE(height, 20)
  return png
}

/** A JPEG as far as its first frame, behind a table and a comment. */
export const jpegOf = (width: number, height: number): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc4, 0, 3, 7, 0xff, 0xff, 0xc2, 0, 11, 8]),
    Buffer.from([height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]),
  ])

const riff = (chunk: string, rest: number[]): Buffer =>
  Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'), Buffer.from(chunk), Buffer.alloc(4), Buffer.from(rest)])

export const WEBPS: Record<string, Buffer> = {
  lossy: riff('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, 30, 0, 20, 0]),
  lossless: riff('VP8L', [0x2f, 29, (19 << 6) & 255, 19 >> 2, 0]),
  extended: riff('VP8X', [0, 0, 0, 0, 29, 0, 0, 19, 0, 0]),
}
