import { extname } from 'node:path'

/** Programs that read a file, by the extension that it would have. */
const interpreters: [line: RegExp, extension: string][] = [
  [/^#!.{0,40}\b(ba|z|k|da)?sh\b/, '.sh'],
  [/^#!.{0,40}\bpython/, '.py'],
  [/^#!.{0,40}\b(node|deno|bun)\b/, '.js'],
  [/^#!.{0,40}\bruby\b/, '.rb'],
  [/^#!.{0,40}\bphp\b/, '.php'],
]

const scripts = new Map<string, string>()

/** Remembers what reads a script whose name has no extension. */
export function noteScript(path: string, text: string): void {
  const extension = interpreters.find(([line]) => line.test(text))?.[1]
  if (extension) scripts.set(path, extension)
}

/** A file's extension in lower case, with its dot; that of its language for a script without one. */
export const extensionOf = (path: string): string => extname(path).toLowerCase() || (scripts.get(path) ?? '')
