import { expect, test } from 'vitest'
import { type ImageKind, imageKind } from '../../../../../runner/site/images/image-kind.ts'
import { GIF, jpegOf, PNG, pngOf, WEBPS } from './image-bytes.ts'

const KINDS: [string, Buffer, ImageKind][] = [
  ['png', pngOf(300, 200), { extension: 'png', width: 300, height: 200 }],
  ['gif', GIF, { extension: 'gif', width: 1, height: 1 }],
  ['jpg', jpegOf(640, 480), { extension: 'jpg', width: 640, height: 480 }],
  ...Object.entries(WEBPS).map(([name, bytes]): [string, Buffer, ImageKind] => [
    `${name} webp`,
    bytes,
    { extension: 'webp', width: 30, height: 20 },
  ]),
]

test.each(KINDS)('an image is known by its bytes: %s', (_name, bytes, kind) => expect(imageKind(bytes)).toEqual(kind))

test.each([
  ['nothing', Buffer.alloc(0)],
  ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['HTML after the first bytes of a GIF', Buffer.from('GIF89')],
  ['a PNG without a size', PNG.subarray(0, 16)],
  ['a PNG of no pixels', pngOf(0, 1)],
  ['a JPEG without a frame', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2])],
  ['a JPEG that is something else', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 7, 7, 7, 7])],
  ['a JPEG whose segments have no length', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0])],
  ['a WEBP of an unknown kind', Buffer.from('RIFF\0\0\0\0WEBPVP9X\0\0\0\0', 'latin1')],
])('%s is no image', (_name, bytes) => expect(imageKind(bytes)).toBeUndefined())
